import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of this package: src/cli is as deep in it as dist/cli, where the bundled program is. */
const packageFolder = join(import.meta.dirname, '..', '..');

/** A file of this package, by its path in it. */
export const packageFile = (path: string): URL => pathToFileURL(join(packageFolder, path));

/** Where all files of the running program are: dist, or src for tests that run it in their own process. */
export const programFolder = join(import.meta.dirname, '..');
