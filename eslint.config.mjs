import boundaries from 'eslint-plugin-boundaries';
import { defineConfig } from 'eslint/config';
import baseConfig from './.config/eslint.config.mjs';
import { ROOMS, SIDECAR_ROOMS } from './rooms.mjs';

const NODE_CODE = [
  'src/{sidecar,contract,reports,dashboards}/**/*.ts',
  '{bench,scripts,simulation}/**/*.ts',
  'e2e/{alerts,world}/**/*.ts',
];
const BROWSER_CODE = ['src/app/**/*.{ts,tsx}', 'src/*.{ts,tsx}', 'e2e/{*,support/**/*}.ts'];

const ALLOWED = { ...ROOMS, ...SIDECAR_ROOMS };

/** Imports through which a pure room would reach the outside. */
const INPUT_OUTPUT = {
  regex:
    '^((node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|sqlite|tls|worker_threads)(/.*)?' +
    '|@aws-sdk/.*|@smithy/.*|commander|pino)$',
  message: 'This room is pure: what it needs from outside comes in as an argument.',
};
/** Of node:net a pure room may have what only looks at text. */
const NETWORK = { regex: '^(node:)?net$', allowImportNames: ['isIP'], message: INPUT_OUTPUT.message };
const NODE_BUILTINS = { regex: '^node:', message: 'This room also runs in the browser.' };
const EXTENSIONS = { regex: '^\\.{1,2}/.*\\.(ts|tsx|js)$', message: 'Import specifiers carry no extension here.' };

/**
 * A spread list becomes arguments on the stack, which takes about a hundred thousand of them: beyond that the call throws
 * `RangeError`. A list of a fixed length may be spread where it is written out.
 */
const SPREAD_ARGUMENTS = [
  'CallExpression[callee.property.name=/^(push|unshift|splice|concat|min|max|hypot|fromCharCode|fromCodePoint|of)$/]' +
    ' > SpreadElement:not([argument.type="ArrayExpression"])',
  'CallExpression[callee.property.name="apply"][arguments.length=2]',
].map((selector) => ({
  selector,
  message: 'A call takes about 100,000 arguments, a list may be longer: use a loop, forEach or reduce.',
}));

const TESTS = ['**/*.test.{ts,tsx}', 'src/sidecar/testing/**'];

export default defineConfig([
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/coverage/',
      'data/',
      'test-results/',
      'playwright-report/',
      '.config/',
    ],
  },
  ...baseConfig,
  {
    name: 'flowscope/node-types',
    files: NODE_CODE,
    languageOptions: { parserOptions: { project: './src/sidecar/tsconfig.json' } },
    rules: { '@typescript-eslint/no-deprecated': 'warn' },
  },
  {
    name: 'flowscope/browser-types',
    files: BROWSER_CODE,
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
  },
  {
    name: 'flowscope/typescript',
    files: [...NODE_CODE, ...BROWSER_CODE],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      'no-restricted-imports': ['error', { patterns: [EXTENSIONS] }],
    },
  },
  {
    name: 'flowscope/long-lists',
    files: ['src/{app,contract,reports,sidecar}/**/*.{ts,tsx}'],
    ignores: TESTS,
    rules: { 'no-restricted-syntax': ['error', ...SPREAD_ARGUMENTS] },
  },
  {
    name: 'flowscope/scripts',
    files: ['scripts/**/*.{mjs,cjs}'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'flowscope/fixtures',
    files: ['e2e/support/**/*.ts'],
    // Playwright calls what hands a fixture over `use`; it is no hook.
    rules: { 'react-hooks/rules-of-hooks': 'off' },
  },
  {
    name: 'flowscope/pure-rooms',
    files: ['src/sidecar/{records,rollup,completeness}/**/*.ts'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { patterns: [EXTENSIONS, INPUT_OUTPUT, NETWORK] }] },
  },
  {
    name: 'flowscope/browser-rooms',
    files: ['src/{app,contract,reports}/**/*.{ts,tsx}'],
    ignores: TESTS,
    rules: { 'no-restricted-imports': ['error', { patterns: [EXTENSIONS, INPUT_OUTPUT, NODE_BUILTINS] }] },
  },
  {
    name: 'flowscope/rooms',
    files: ['src/{app,contract,reports,dashboards,sidecar}/**/*.{ts,tsx}'],
    ignores: TESTS,
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js', '.json'] } },
      'boundaries/elements': [
        ...Object.keys(ROOMS).map((room) => ({ type: room, pattern: `src/${room}`, partialMatch: false })),
        ...[...Object.keys(SIDECAR_ROOMS), 'testing'].map((room) => ({
          type: room,
          pattern: `src/sidecar/${room}`,
          partialMatch: false,
        })),
      ],
      'boundaries/files': [{ category: 'main', pattern: 'src/sidecar/{main,threads}.ts' }],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          message: '{{ from.file.path }} may not import {{ to.element.types.[0] }}: see rooms.mjs',
          policies: [
            ...Object.entries(ALLOWED).map(([room, allowed]) => ({
              from: { element: { type: room } },
              allow: { to: { element: { types: { anyOf: allowed } } } },
            })),
            {
              from: { file: { categories: 'main' } },
              allow: { to: { element: { types: { anyOf: ['cli', 'service', 'registry', 'collect'] } } } },
            },
          ],
        },
      ],
    },
  },
]);
