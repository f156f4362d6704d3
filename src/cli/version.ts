import { readFileSync } from 'node:fs';
import { packageFile } from './package-files.ts';

/** The version of this program, as its package says. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
