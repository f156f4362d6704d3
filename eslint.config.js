import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Modules of the platform that do I/O or read the environment: foreign to the core (architecture: layers). */
const platform = ['node:*', '!node:crypto', 'fs', 'path', 'os', 'child_process', 'process', 'http', 'https'];

/** The same table as test/layers.test.ts, said once more where the editor shows it. */
const forbid = (files, group, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

export default tseslint.config(
  { ignores: ['dist', 'dist-bench', 'coverage', 'reports', '.stryker-tmp', 'test/fixtures'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/dot-notation': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/core/**', 'src/workflows/**', 'src/render/**', 'src/page/**', 'src/adapters/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Only cli/ sees the process; pass the value in.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'One now per run, injected.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'One now per run, injected.',
        },
      ],
    },
  },
  forbid(
    ['src/core/**'],
    ['**/adapters/**', '**/workflows/**', '**/render/**', '**/cli/**', ...platform],
    'The core is pure: it imports the core only.',
  ),
  forbid(
    ['src/workflows/**'],
    ['**/adapters/**', '**/render/**', '**/cli/**', ...platform],
    'Workflows see ports and the core only.',
  ),
  forbid(
    ['src/adapters/**'],
    ['**/workflows/**', '**/render/**', '**/cli/**'],
    'Adapters know the core only.',
  ),
  forbid(
    ['src/render/**'],
    ['**/adapters/**', '**/workflows/**', '**/cli/**', ...platform],
    'Renderers turn core values into text.',
  ),
  forbid(
    ['src/page/**'],
    ['**/adapters/**', '**/workflows/**', '**/render/**', '**/cli/**', ...platform],
    'The page runs in a browser and sees the core only.',
  ),
  {
    files: ['src/page/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'write'].map((property) => ({
          property,
          message: 'Text from outside becomes text: use element().',
        })),
      ],
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly' } } },
);
