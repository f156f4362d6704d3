#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Node 20 compiles so much in the background that on two cores a run of seconds waits for it: a fifth of the processor time
// of verify-repo, which is never earned back (docs/performance.md).
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=270000');

const { main } = await import('../dist/cli/main.js');

process.exitCode = await main(process.argv.slice(2));
