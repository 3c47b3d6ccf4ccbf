const { globSync, readFileSync } = require('node:fs');
const { projects, testTimeout } = require('./jest.config');

/**
 * For mutation testing: the tests that run in this process. Those of the bundled command cannot see a mutant, and of the others
 * only those of the rooms that are mutated are worth their time.
 */
const node = projects.find(({ displayName }) => displayName === 'node');
const ROOMS = 'src/sidecar/{aws,registry,collect,rollup,records,inspect,store}';
const startsCommand = (file) => /testing\/world'/.test(readFileSync(file, 'utf8'));
module.exports = {
  ...node,
  // Stryker wraps it in its own, and finds none that begins with <rootDir>. What a mutant leaves open is no matter.
  testEnvironment: 'node',
  testMatch: [`<rootDir>/${ROOMS}/**/*.test.ts`],
  testPathIgnorePatterns: [
    ...node.testPathIgnorePatterns,
    ...globSync(`${ROOMS}/**/*.test.ts`, { cwd: __dirname }).filter((file) => startsCommand(`${__dirname}/${file}`)),
  ],
  testTimeout,
};
