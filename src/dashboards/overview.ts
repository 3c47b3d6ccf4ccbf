/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { OVERVIEW } from '../reports/overview';
import { ACTION, INSTANCE, INTERFACE, SOURCE, SOURCE_OWNER, type Report } from '../reports/reports';
import { newList, topList } from './lists';
import { actionsOverTime } from './overTime';
import { headline } from './reportDashboard';
import { hoursUntilVariable, keysVariable } from './variables';
import { VARS } from './vars';

/** Accepted and refused traffic: of the chosen application, if one is. */
const LOAD: Report = {
  ...OVERVIEW,
  measurement: VARS.totalsMeasurement.plain,
  columns: [ACTION],
  key: undefined,
  links: [{ to: 'action-interface', set: ['action'] }],
  lowerBounds: false,
};

/** Interfaces, and the instances they belong to. */
const USERS: Report = {
  ...OVERVIEW,
  measurement: VARS.totalsMeasurement.plain,
  columns: [INTERFACE, INSTANCE],
  key: 'interface',
  links: [{ to: 'pair-interface', set: ['interface'] }],
  lowerBounds: false,
};

/** Who sends most. */
const TALKERS: Report = {
  ...OVERVIEW,
  measurement: 'flow_source',
  columns: [SOURCE, SOURCE_OWNER],
  key: 'src',
  links: [{ to: 'conversations', set: ['source'] }],
};

const TOP = VARS.top.plain;

/** The overview: load, top users, applications and talkers, and what is new. Panel ids never change meaning. */
export function overviewDashboard(): Dashboard {
  return (
    headline(OVERVIEW, [
      keysVariable(VARS.userKeys, USERS),
      keysVariable(VARS.talkerKeys, TALKERS),
      hoursUntilVariable(),
    ])
      .withPanel(actionsOverTime(LOAD).title('Traffic load, accepted and refused').height(9).id(7))
      // On the left a little wider: of users there are two names.
      .withPanel(topList(USERS, `Top ${TOP} users: interfaces and their instances`, VARS.userKeys).span(13).id(8))
      .withPanel(topList(OVERVIEW, `Top ${TOP} applications`, VARS.keys).span(11).id(10))
      .withPanel(topList(TALKERS, `Top ${TOP} talkers: sources`, VARS.talkerKeys).height(20).span(13).id(11))
      .withPanel(newList(TALKERS, 'New sources').height(20).span(11).id(12))
      .withPanel(newList(USERS, 'New interfaces').span(13).id(13))
      .withPanel(newList(OVERVIEW, 'New applications').span(11).id(14))
      .build()
  );
}
