// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

const { availableParallelism } = require('node:os');

const baseConfig = require('./.config/jest.config');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');

const swcTransform = Object.values(baseConfig.transform)[0];

/** The plugin's pages, in a browser-like environment. */
const app = {
  ...baseConfig,
  displayName: 'app',
  runtime: '<rootDir>/scripts/jest/runtime.js',
  testEnvironment: '<rootDir>/scripts/jest/jsdomEnvironment.ts',
  setupFiles: ['<rootDir>/src/app/test/beforeImports.ts'],
  setupFilesAfterEnv: [...baseConfig.setupFilesAfterEnv, '<rootDir>/src/app/test/setup.ts'],
  testMatch: ['<rootDir>/src/app/**/*.test.{ts,tsx}'],
  moduleNameMapper: {
    ...baseConfig.moduleNameMapper,
    'react-inlinesvg': '<rootDir>/src/app/test/icons.tsx',
    '^@emotion/sheet$': '<rootDir>/src/app/test/noStyles.ts',
  },
  // The scaffold's ES modules, and those of MSW.
  transformIgnorePatterns: [
    nodeModulesToTransform([
      ...grafanaESModules,
      'msw',
      '@open-draft',
      '@mswjs',
      'rettime',
      'until-async',
      'outvariant',
      'headers-polyfill',
    ]),
  ],
  transform: {
    ...baseConfig.transform,
    // d3 packages that @grafana/ui depends on ship ES modules named .mjs
    '^.+\\.mjs$': swcTransform,
  },
};

/** Everything else. Run it on Node 24 (npm scripts do): node:sqlite is needed. */
const node = {
  displayName: 'node',
  runtime: '<rootDir>/scripts/jest/runtime.js',
  testEnvironment: '<rootDir>/scripts/jest/nodeEnvironment.ts',
  testMatch: ['<rootDir>/{src,scripts,bench,simulation}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/src/app/'],
  globalSetup: '<rootDir>/scripts/jest/sharedServices.ts',
  globalTeardown: '<rootDir>/scripts/jest/stopServices.ts',
  moduleNameMapper: {
    // jest 29 strips the node: prefix before it loads a built-in, which these do not survive.
    '^node:(sqlite|sea|test)$': '<rootDir>/scripts/jest/node-$1.cjs',
  },
  // ES modules (Parquet's libraries, what Fastify's inject reads cookies with, and @grafana/data's), which jest's own loader does
  // not take.
  transformIgnorePatterns: ['/node_modules/(?!(hyparquet(-writer)?|cookie|marked|d3-[a-z]+|internmap)/)'],
  transform: {
    '^.+\\.(t|mj|j)s$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
};

module.exports = {
  projects: [app, node],
  // More than cores: tests spend half of their time waiting for processes that they started, and for pauses of those.
  maxWorkers: availableParallelism() + 2,
  // A limit for tests that would never end. It is read here only, and generous: a busy machine is slow.
  testTimeout: 180_000,
};
