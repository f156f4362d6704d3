import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

type Layer = 'core' | 'workflows' | 'adapters' | 'render' | 'page' | 'cli';

/** Which layers a layer may import, beside itself. Adapters do not know each other, but for the two that serve them. */
const mayImport: Record<Layer, readonly Layer[]> = {
  core: [],
  workflows: ['core'],
  adapters: ['core'],
  render: ['core'],
  page: ['core'],
  cli: ['core', 'workflows', 'adapters', 'render'],
};

/** Which packages a folder may import; the longest folder that matches a file decides. */
const packages: Record<string, readonly string[]> = {
  core: ['node:crypto'],
  'core/trust': ['node:crypto', 'smol-toml', 'valibot'],
  workflows: [],
  render: ['chalk'],
  page: ['d3-scale', 'd3-selection', 'd3-zoom', 'minisearch'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

const imports: readonly Import[] = files.flatMap((from) => {
  const text = readFileSync(join(source, from), 'utf8');
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g)].map(([, to = '']) => ({ from, to }));
});

const isLocal = ({ to }: Import): boolean => to.startsWith('.');
const target = ({ from, to }: Import): string => relative(source, resolve(source, dirname(from), to));
const layerOf = (file: string): Layer => file.split('/')[0] as Layer;

describe('the layers', () => {
  test('the source tree was read', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test('each layer imports only the layers below it', () => {
    const wrong = imports
      .filter(isLocal)
      .filter((one) => target(one).includes('/') || !target(one).startsWith('..'))
      .filter((one) => layerOf(one.from) !== layerOf(target(one)))
      .filter((one) => !mayImport[layerOf(one.from)].includes(layerOf(target(one))));
    expect(wrong).toEqual([]);
  });

  test('the core, the workflows, the renderers and the page import no package but those of their folder', () => {
    const wrong = imports.filter((one) => {
      if (isLocal(one)) return false;
      const folders = Object.keys(packages).filter((folder) => one.from.startsWith(`${folder}/`));
      const [nearest] = folders.sort((a, b) => b.length - a.length);
      return nearest !== undefined && packages[nearest]?.includes(one.to) === false;
    });
    expect(wrong).toEqual([]);
  });

  test('the page runs in a browser, so of the core it imports what needs nothing else', () => {
    const core = imports.filter(
      (one) => layerOf(one.from) === 'page' && isLocal(one) && layerOf(target(one)) === 'core',
    );
    const further = imports.filter((one) => core.some((used) => target(used) === one.from));
    expect(core.length).toBeGreaterThan(0);
    expect(further).toEqual([]);
  });

  test('no file reaches itself by what it imports at run time', () => {
    const edges = new Map<string, string[]>();
    for (const from of files) {
      const text = readFileSync(join(source, from), 'utf8');
      const real = [...text.matchAll(/^(?:import|export)\s+(?!type\b)([^;]*?)\s*from\s+'(\.[^']+)';/gms)];
      const loaded = real.filter(([, names = '']) => !/^\{(?:\s*type\s[^,}]+,?)+\s*\}$/s.test(names));
      edges.set(
        from,
        loaded.map(([, , to = '']) => target({ from, to })),
      );
    }
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      for (const next of edges.get(file) ?? []) visit(next, [...trail, file]);
      if (trail.length > 0) edges.set(file, []);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('no file has more than 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(source, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});
