import type { Seconds } from '../ports.ts';
import { decodeText } from './text.ts';
import type { Header } from './headers.ts';

/**
 * Who a commit or tag says made it, and when. For showing, comparing with user ids, and time; it proves nothing
 * (trust model, section 2.8).
 */
export interface Identity {
  readonly name: string;
  readonly email: string;
  readonly time: Seconds;
  /** As git writes it: `+0200`. */
  readonly zone: string;
}

/** Exactly one pair of angle brackets, so that every version of git reads the same time (git commit.c, ident.c). */
const strictForm = /^([^<>\n]*?) ?<([^<>\n]*)> (\d{1,15}) ([+-]\d{4,6})$/;

/** Reads `Name <email> time zone`; undefined unless git can read it in one way only. */
export function parseIdentity(header: Header): Identity | undefined {
  const [, name, email, time, zone] = strictForm.exec(decodeText(header.value)) ?? [];
  if (name === undefined || email === undefined || time === undefined || zone === undefined) return undefined;
  return { name, email, time: Number(time), zone };
}

/** Reads what can be read of an author: nothing is judged by an author's time, and git accepts any text. */
export function parseIdentityLeniently(header: Header): Identity {
  return parseIdentity(header) ?? { name: decodeText(header.value), email: '', time: 0, zone: '+0000' };
}

/** Writes an identity, without the characters that would end it early (as git's ident.c does). */
export function renderIdentity({ name, email, time, zone }: Identity): string {
  return `${harmless(name)} <${harmless(email)}> ${time} ${zone}`;
}

function harmless(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, '');
}
