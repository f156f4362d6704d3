import type { Oid } from '../../../src/core/git/oid.ts';
import { packageDigest } from '../../../src/core/digest.ts';
import { treeBytes } from '../git-bytes.ts';
import type { Packed, PackWriter } from './pack-writer.ts';

/** The folder of one package: all its versions, oldest first. */
interface PackageFolder {
  readonly tree: Packed;
  readonly versions: number;
  /** The digest of the newest version's folder. */
  readonly newest: string;
}

/** What a submission does to the folder `packages/`, wherever it is put on top of. */
export interface PackageChange {
  readonly index: number;
  readonly nameVersion: string;
  /** The digest of the package version's folder before and after (trust model, section 6). */
  readonly before: string;
  readonly after: string;
  readonly folder: Oid;
}

const digits = (value: number, width: number): string => value.toString().padStart(width, '0');
const packageName = (index: number): string => `pkg${digits(index, 5)}`;

/** An opam file of about the size that real ones have. */
const opamFile = (nameVersion: string, edition: number): Buffer =>
  Buffer.from(
    `opam-version: "2.0"\nsynopsis: "Simulated ${nameVersion}, edition ${edition}"\n` +
      `maintainer: "somebody@example.org"\nauthors: "somebody"\nlicense: "ISC"\n` +
      `homepage: "https://example.org/${nameVersion}"\nbug-reports: "https://example.org/issues"\n` +
      `depends: [\n  "ocaml" {>= "4.08"}\n  "dune" {>= "2.0"}\n]\n` +
      `build: ["dune" "build" "-p" name "-j" jobs]\n` +
      `url {\n  src: "https://example.org/${nameVersion}.tar.gz"\n` +
      `  checksum: "sha256=${digits(edition, 64)}"\n}\n`,
  );

/** One entry of a folder whose names have all the same length, so that entry number n is found by counting. */
const entry = (name: string, oid: Oid): Buffer =>
  Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(oid, 'hex')]);

/**
 * The packages of a simulated repository. Names and versions are numbers of fixed width in the order of their coming:
 * a new one is always the last of its folder, and trees are changed in place instead of sorted anew.
 */
export class SimulatedPackages {
  readonly #pack: PackWriter;
  readonly #folders: PackageFolder[] = [];
  #edition = 0;

  constructor(pack: PackWriter) {
    this.#pack = pack;
  }

  get count(): number {
    return this.#folders.length;
  }

  /** A new version of a package; its first one if the package is new. */
  release(index: number): Promise<PackageChange> {
    const known = this.#folders[index];
    return this.#write(index, (known?.versions ?? 0) + 1, known?.tree.content ?? Buffer.alloc(0), 'none');
  }

  /** Another opam file for the newest version of a package that stands. */
  revise(index: number): Promise<PackageChange> {
    const known = this.#folders[index];
    if (known === undefined) return this.release(index);
    const entryLength = known.tree.content.length / known.versions;
    return this.#write(index, known.versions, known.tree.content.subarray(0, -entryLength), known.newest);
  }

  async #write(index: number, versions: number, others: Buffer, before: string): Promise<PackageChange> {
    const nameVersion = `${packageName(index)}.${digits(versions, 4)}`;
    this.#edition += 1;
    const opam = opamFile(nameVersion, this.#edition);
    const blob = await this.#pack.add('blob', opam);
    const files = treeBytes(new Map([['opam', { mode: '100644', oid: blob.oid }]]));
    const folder = await this.#pack.add('tree', files);
    const content = Buffer.concat([others, entry(nameVersion, folder.oid)]);
    const tree = await this.#pack.add('tree', content, this.#folders[index]?.tree);
    const after = packageDigest(new Map([['opam', opam]]));
    this.#folders[index] = { tree, versions, newest: after };
    return { index, nameVersion, before, after, folder: tree.oid };
  }

  /** The folder `packages/` with a change on top. */
  changed(before: Packed | undefined, { index, folder }: PackageChange): Promise<Packed> {
    const line = entry(packageName(index), folder);
    const content = before?.content ?? Buffer.alloc(0);
    const at = Math.min(index * line.length, content.length);
    const after = Buffer.concat([content.subarray(0, at), line, content.subarray(at + line.length)]);
    return this.#pack.add('tree', after, before);
  }
}
