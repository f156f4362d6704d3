import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

// The names of the parts change with what is in them: those of the last build would be shipped, too.
await rm('dist', { recursive: true, force: true });

/**
 * Bundles the program into dist/cli and what runs in a browser into dist/page (npm run build). In one piece the program
 * starts a fifth sooner than from five hundred files. What is only needed by some verbs stays in files of its own, and so
 * does OpenPGP.js, whose licence (LGPL) wants that everybody can put another version in its place.
 */
const program = await build({
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['openpgp', '@openpgp/*'],
  // CommonJS libraries ask for node's modules by this name.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
await writeFile('dist/NOTICES.txt', `${await notices(program.metafile)}\n`);

const page = await build({
  entryPoints: ['src/page/report.ts', 'src/page/report.css'],
  outdir: 'dist/page',
  bundle: true,
  minify: true,
  target: 'es2022',
  charset: 'ascii',
  metafile: true,
  logLevel: 'warning',
});
// Every page has the script in it, so the licences of the libraries in it go along.
const script = await readFile('dist/page/report.js', 'utf8');
await writeFile(
  'dist/page/report.js',
  `/*\n${(await notices(page.metafile)).replaceAll('*/', '* /')}\n*/\n${script}`,
);

/** The licence texts of all bundled packages, each text once, below the packages and people that it is of. */
async function notices({ inputs }) {
  const folders = new Set(
    Object.keys(inputs).flatMap(
      (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
    ),
  );
  const texts = new Map();
  for (const folder of [...folders].sort()) {
    const lines = (await licenceOf(folder)).split(/\r?\n/);
    const isOwner = (line) => /^\s*copyright .*\d{4}/i.test(line);
    const text = lines
      .filter((line) => !isOwner(line))
      .join('\n')
      .trim();
    const owners = lines.filter(isOwner).map((line) => line.trim());
    const name = folder.replace(/^.*node_modules\//, '');
    texts.set(text, [...(texts.get(text) ?? []), `${name}: ${owners.join('; ')}`]);
  }
  return [...texts].map(([text, owners]) => `${owners.join('\n')}\n\n${text}`).join('\n\n');
}

/** The text of a package's licence, or what its manifest says of it where it ships none. */
async function licenceOf(folder) {
  const [file] = (await readdir(folder)).filter((one) => /^licen[cs]e/i.test(one));
  if (file !== undefined) return readFile(`${folder}/${file}`, 'utf8');
  const { license, author } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  if (license === undefined) throw new Error(`${folder} has no licence.`);
  return `Licence: ${license}\nAuthor: ${typeof author === 'object' ? author.name : author}`;
}
