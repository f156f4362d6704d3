import { readdir, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Bundles the script and the style sheet of the page into dist/page (npm run build:page). Every page has the script in
 * it, so the licences of the libraries in it go along.
 */
const folder = 'dist/page';
const { metafile } = await build({
  entryPoints: ['src/page/report.ts', 'src/page/report.css'],
  outdir: folder,
  bundle: true,
  minify: true,
  target: 'es2022',
  charset: 'ascii',
  metafile: true,
  logLevel: 'warning',
});
const script = await readFile(`${folder}/report.js`, 'utf8');
await writeFile(`${folder}/report.js`, `/*\n${await notices(metafile)}\n*/\n${script}`);

/** The licence texts of all bundled packages, each text once, below the packages and people that it is of. */
async function notices({ inputs }) {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  const texts = new Map();
  for (const name of [...packages].sort()) {
    const [file] = (await readdir(`node_modules/${name}`)).filter((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence file.`);
    const lines = (await readFile(`node_modules/${name}/${file}`, 'utf8'))
      .replaceAll('*/', '* /')
      .split(/\r?\n/);
    const isOwner = (line) => /^\s*copyright .*\d{4}/i.test(line);
    const text = lines
      .filter((line) => !isOwner(line))
      .join('\n')
      .trim();
    const owners = lines.filter(isOwner).map((line) => line.trim());
    texts.set(text, [...(texts.get(text) ?? []), `${name}: ${owners.join('; ')}`]);
  }
  return [...texts].map(([text, owners]) => `${owners.join('\n')}\n\n${text}`).join('\n\n');
}
