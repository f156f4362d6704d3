import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  armorCertificate,
  armorSignatures,
  dearmorSignatures,
  readCertificateArmor,
  readSignatureArmor,
} from '../../../src/core/openpgp/armor.ts';
import { packet } from '../../support/openpgp-packets.ts';

const signature = packet(
  2,
  Uint8Array.from({ length: 100 }, (_, index) => index),
);
const text = armorSignatures([signature]);
const lines = text.split('\n');
const withLines = (...changed: readonly string[]): string => changed.join('\n');

describe('the armor of a signature', () => {
  it('gives back the bytes that were armored', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (data) => {
        const reading = readSignatureArmor(armorSignatures([data]));
        expect(reading.ok && Buffer.from(reading.data)).toEqual(Buffer.from(data));
      }),
    );
  });

  it.each([
    ['the END line without a line end', text.trimEnd()],
    ['an empty line behind it, as GitHub writes', `${text}\n`],
    ['CRLF line ends', text.replaceAll('\n', '\r\n')],
    ['no CRC, as RFC 9580 recommends', withLines(...lines.filter((line) => !line.startsWith('=')))],
    ['headers', text.replace('\n\n', '\nVersion: GnuPG v2\nComment: hello world\n\n')],
  ])('is read with %s', (_, armored) => {
    expect(readSignatureArmor(armored)).toEqual({ ok: true, data: Buffer.from(signature) });
  });

  it.each([
    ['a wrong CRC', text.replace(/\n=..../, '\n=AAAA'), 'CRC'],
    ['text before the block', `hello\n${text}`, 'begin'],
    ['text after the block', `${text}hello`, 'after the END line'],
    ['two empty lines after the block', `${text}\n\n`, 'after the END line'],
    ['a second block', text + text, 'after the END line'],
    ['another title', text.replaceAll('SIGNATURE', 'MESSAGE'), 'begin'],
    ['an indented BEGIN line', ` ${text}`, 'begin'],
    ['no END line', lines.slice(0, -2).join('\n'), 'END line'],
    ['no empty line after BEGIN', text.replace('\n\n', '\n'), 'empty line'],
    ['a header without a colon', text.replace('\n\n', '\nVersion\n\n'), 'Key: value'],
    ['a header of spaces only', text.replace('\n\n', '\n \n\n'), 'Key: value'],
    ['characters that are not base64', text.replace(/\n=..../, '*$&'), 'base64'],
    ['spaces at a line end', text.replace('\n=', ' \n='), 'base64'],
    [
      'a line of 80 characters',
      withLines(...lines.slice(0, 2), (lines[2] ?? '') + (lines[3] ?? ''), ...lines.slice(4)),
      'base64',
    ],
    ['no content', withLines(...lines.slice(0, 2), ...lines.slice(-2)), 'base64'],
  ])('is refused with %s', (_, armored, message) => {
    const reading = readSignatureArmor(armored);
    expect(reading.ok ? '' : reading.message).toContain(message);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (garbage) => {
        expect(
          readSignatureArmor(`-----BEGIN PGP SIGNATURE-----\n${garbage}\n-----END PGP SIGNATURE-----`),
        ).toBeDefined();
      }),
    );
  });

  it('holds several signatures, which come back one by one', () => {
    const other = packet(2, Uint8Array.of(9));
    const reading = dearmorSignatures(armorSignatures([signature, other]));
    expect(reading.ok && reading.packets.map((one) => [...one])).toEqual([[...signature], [...other]]);
  });

  it('is refused where it holds something that is no signature', () => {
    const reading = dearmorSignatures(armorSignatures([signature, packet(13, Uint8Array.of(65))]));
    expect(reading).toEqual({ ok: false, message: 'it holds a packet of type 13' });
  });
});

describe('the armor of certificates', () => {
  const block = armorCertificate(signature);

  it('is found between any text, as often as it occurs', () => {
    const found = readCertificateArmor(`Hello,\n${block}\nand\n${block.replaceAll('\n', ' \r\n')}bye`);
    expect(found.map((one) => one.ok && Buffer.from(one.data))).toEqual([
      Buffer.from(signature),
      Buffer.from(signature),
    ]);
  });

  it('spoils only itself where it is damaged', () => {
    const found = readCertificateArmor(
      block.replace(/\n=..../, '\n=AAAA') + `${block.slice(0, -40)}\n` + block,
    );
    expect(found.map(({ ok }) => ok)).toEqual([false, false, true]);
  });

  it.each([
    ['another title', block.replaceAll('PUBLIC KEY BLOCK', 'MESSAGE'), 'neither'],
    [
      'different titles at BEGIN and END',
      block.replace('END PGP PUBLIC', 'END PGP PRIVATE'),
      'another title',
    ],
  ])('is refused with %s', (_, armored, message) => {
    const [reading] = readCertificateArmor(armored);
    expect(reading?.ok === false && reading.message).toContain(message);
  });
});
