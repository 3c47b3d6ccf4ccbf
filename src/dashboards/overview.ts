/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { LOAD, OVERVIEW, TALKERS, USERS } from '../reports/overview';
import { headline } from './reportDashboard';
import { newList, topList } from './lists';
import { actionsOverTime } from './overTime';
import { KEYS } from './scopes';
import { keysVariable } from './variables';

/** Variables with the keys of the lists that are not ranked by application. */
const USER_KEYS = 'user_keys';
const TALKER_KEYS = 'talker_keys';

/** The overview: load, top users, applications and talkers, and what is new. Panel ids never change meaning. */
export function overviewDashboard(): Dashboard {
  return (
    headline(OVERVIEW, [keysVariable(USER_KEYS, USERS), keysVariable(TALKER_KEYS, TALKERS)])
      .withPanel(actionsOverTime(LOAD).title('Traffic load, accepted and refused').height(9).id(7))
      // On the left a little wider: of users there are two names.
      .withPanel(topList(USERS, 'Top $top users: interfaces and their instances', USER_KEYS).span(13).id(8))
      .withPanel(topList(OVERVIEW, 'Top $top applications', KEYS).span(11).id(10))
      .withPanel(topList(TALKERS, 'Top $top talkers: sources', TALKER_KEYS).span(13).id(11))
      .withPanel(newList(TALKERS, 'New sources').height(17).span(11).id(12))
      .withPanel(newList(USERS, 'New interfaces').span(13).id(13))
      .withPanel(newList(OVERVIEW, 'New applications').span(11).id(14))
      .build()
  );
}
