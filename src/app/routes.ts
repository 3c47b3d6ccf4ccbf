/** Paths of the app's pages below /a/flowscope-awsflowlogs-app. */
export const ROUTES = {
  reports: 'reports',
  collection: 'collection',
  config: 'config',
} as const;
