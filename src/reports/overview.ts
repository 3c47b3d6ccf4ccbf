import { ACTION, APPLICATION, INSTANCE, INTERFACE, PLACE, SOURCE, type Report } from './reports';

/** Measurement of figures that follow the chosen application: `flow_interface`, or what is known of that application. */
const FOLLOWS_CHOICE = '$total_of';

const SHARED = {
  title: 'Overview',
  question: 'What is going on: who uses the network, for what, and what was refused?',
  uid: 'flowscope-overview',
  filters: [...PLACE, 'action', 'application'],
  links: [],
  needs: ['protocol', 'srcport', 'dstport'],
  refusedByFlows: false,
  directions: false,
} as const;

/** The overview, ranked by applications; its other lists are reports over other measurements under the same filters. */
export const OVERVIEW: Report = {
  ...SHARED,
  name: 'overview',
  measurement: 'flow_application',
  columns: [APPLICATION],
  key: 'application',
  links: [{ to: 'overview', set: ['application'] }],
  lowerBounds: true,
};

/** Accepted and refused traffic. */
export const LOAD: Report = {
  ...SHARED,
  name: 'overview',
  measurement: FOLLOWS_CHOICE,
  columns: [ACTION],
  links: [{ to: 'action-interface', set: ['action'] }],
  lowerBounds: false,
};

/** Interfaces, and the instances they belong to. */
export const USERS: Report = {
  ...SHARED,
  name: 'overview',
  measurement: FOLLOWS_CHOICE,
  columns: [INTERFACE, INSTANCE],
  key: 'interface',
  links: [{ to: 'pair-interface', set: ['interface'] }],
  lowerBounds: false,
};

/** Who sends most. */
export const TALKERS: Report = {
  ...SHARED,
  name: 'overview',
  measurement: 'flow_source',
  columns: [SOURCE],
  key: 'src',
  links: [{ to: 'pair-interface', set: ['source'] }],
  lowerBounds: true,
};
