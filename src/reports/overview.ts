import { APPLICATION, PLACE, type Report } from './reports';

/** The overview, ranked by applications. Its dashboard has further lists, ranked by other keys, under the same filters. */
export const OVERVIEW: Report = {
  name: 'overview',
  title: 'Overview',
  question: 'What is going on: who uses the network, for what, and what was refused?',
  uid: 'flowscope-overview',
  measurement: 'flow_application',
  columns: [APPLICATION],
  key: 'application',
  // Not by exporter: each filter is one question more before the first figure.
  filters: [...PLACE.filter((name) => name !== 'exporter'), 'action', 'application'],
  links: [{ to: 'overview', set: ['application'] }],
  requiredFields: ['protocol', 'srcport', 'dstport'],
  lowerBounds: true,
  refusedByFlows: false,
  directions: false,
  countsOnce: true,
};
