const { projects, testTimeout } = require('./jest.config');

/**
 * For mutation testing: the tests that run in this process. Those of the bundled command cannot see a mutant, and of the others
 * only those of the rooms that are mutated are worth their time.
 */
const node = projects.find(({ displayName }) => displayName === 'node');
module.exports = {
  ...node,
  // Stryker wraps it in its own, and finds none that begins with <rootDir>. What a mutant leaves open is no matter.
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/sidecar/{aws,registry,collect,rollup,records,inspect,store}/**/*.test.ts'],
  testTimeout,
};
