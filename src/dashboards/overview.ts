/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import { RowBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { OVERVIEW } from '../reports/overview';
import { INTERFACE, SOURCE, SOURCE_OWNER, type Report } from '../reports/reports';
import { newList, topList } from './lists';
import { refusedOverTime, topOverTime } from './overTime';
import { headline } from './reportDashboard';
import { newVariables, keysVariable } from './variables';
import { VARS } from './vars';

/** Interfaces. */
const USERS: Report = {
  ...OVERVIEW,
  measurement: VARS.totalsMeasurement.braced,
  columns: [INTERFACE],
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

/** Who is refused. */
const REFUSED_SOURCES: Report = { ...TALKERS, links: [{ to: 'action-interface-src', set: ['source'] }] };

/**
 * The overview. The first screen: the figures; accepted applications and refused sources over time, each with its list beside or
 * below it; the busiest interfaces and sources. Below it: what is new. Panel ids never change meaning.
 */
export function overviewDashboard(): Dashboard {
  const { keys, refusedKeys, userKeys, talkerKeys } = VARS;
  const users = topList(USERS, { title: 'Busiest interfaces', keys: userKeys, trend: true });
  const refused = topList(REFUSED_SOURCES, { title: 'Who is refused', keys: refusedKeys, part: 'refused' });
  return headline(OVERVIEW, [
    keysVariable(userKeys, USERS),
    keysVariable(talkerKeys, TALKERS),
    keysVariable(refusedKeys, REFUSED_SOURCES, 'refused'),
    ...newVariables(),
  ])
    .withPanel(topOverTime(OVERVIEW).span(9).id(7))
    .withPanel(topList(OVERVIEW, { title: 'Applications', keys }).height(6).span(9).id(10))
    .withPanel(refusedOverTime(REFUSED_SOURCES).span(6).id(15))
    .withPanel(users.span(9).id(8))
    .withPanel(topList(TALKERS, { title: 'Top sources', keys: talkerKeys }).span(9).id(11))
    .withPanel(refused.span(6).id(16))
    .withRow(
      // Nobody waits for what is below the first screen.
      new RowBuilder('New since the day before')
        .collapsed(true)
        .id(17)
        .withPanel(newList(USERS, 'New interfaces').span(8).id(13))
        .withPanel(newList(TALKERS, 'New sources').span(8).id(12))
        .withPanel(newList(OVERVIEW, 'New applications').span(8).id(14))
    )
    .build();
}
