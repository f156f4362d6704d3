import { defineConfig } from 'vitest/config';
import whole from './vitest.config.ts';

/** The tests of the core alone: what mutation testing runs for every change that it makes there. */
export default defineConfig({ test: { ...whole.test, include: ['test/core/**/*.test.ts'] } });
