/**
 * Mutation testing: `npm run mutate -- --mutate FILE` changes the code of those files in every small way and runs the tests that
 * reach it. A mutant that survives is behaviour that no test holds. Without files: the rooms that hold the safety rules,
 * which takes hours.
 */
export default {
  testRunner: 'jest',
  jest: { configFile: 'jest.mutate.config.js', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  mutate: ['src/sidecar/{aws,registry,collect,rollup}/**/*.ts', '!**/*.test.ts'],
  // Texts are for people: their words are no behaviour of the data path.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignoreStatic: true,
  // But for what threads that decode run: `npm run mutate` builds it first, without mutants.
  ignorePatterns: ['dist/*', '!dist/sidecar', 'docs', 'provisioning', 'e2e', 'bench', 'data'],
  concurrency: 2,
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 60,
  incremental: true,
  incrementalFile: 'coverage/mutation/incremental.json',
  tempDirName: 'coverage/mutation/sandbox',
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { logTests: false, allowColor: false },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
};
