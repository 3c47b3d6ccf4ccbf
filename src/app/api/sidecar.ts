import type { z } from 'zod';

import type { AccountInput } from '../../contract/access';
import {
  collection,
  ledgerEntries,
  ledgerState,
  quarantineChanged,
  quarantinePage,
  unreadPage,
  type quarantineChoice,
} from '../../contract/collection';
import {
  addedCollector,
  collectorList,
  movedSources,
  removedCollector,
  type MoveInput,
} from '../../contract/collectors';
import { removed } from '../../contract/common';
import {
  account,
  accountList,
  descriptions,
  entityPage,
  scheduleChanged,
  type EntityQuery,
} from '../../contract/descriptions';
import { exporterPage, exportersChanged } from '../../contract/exporters';
import { flowLogPage, flowLogsChanged } from '../../contract/flowLogs';
import { changePage, health, healthDetails } from '../../contract/health';
import { holdState, type holdInput } from '../../contract/hold';
import { flowLogSetUp, type FlowLogSetUpInput } from '../../contract/flowLogSetUp';
import { influxUserMade, type InfluxUserInput } from '../../contract/influxUser';
import { job } from '../../contract/jobs';
import { logPage } from '../../contract/log';
import type { LogLevel } from '../../contract/logLevels';
import { network, networkPage, type NetworkInput } from '../../contract/networks';
import { policyDocuments } from '../../contract/policies';
import { searchAnswer } from '../../contract/search';
import { source, sourcePage, type Draft, type DraftPolicies, type SourceInput } from '../../contract/sources';
import { request } from './request';

type Page = { limit?: number; cursor?: string };

/** All requests to the sidecar, by resource. The paths are those of docs/api.md. */
export const sidecar = {
  search: (q: string, signal?: AbortSignal) => request(searchAnswer, 'GET', 'search', { params: { q }, signal }),
  health: (signal?: AbortSignal) => request(health, 'GET', 'health', { signal }),
  healthDetails: (signal?: AbortSignal) => request(healthDetails, 'GET', 'admin/health', { signal }),
  /** The last lines of its log, for administrators. */
  log: (params: Page & { level: LogLevel }, signal?: AbortSignal) =>
    request(logPage, 'GET', 'admin/log', { params, signal }),

  audit: (params: Page) => request(changePage, 'GET', 'admin/audit', { params }),
  makeInfluxUser: (body: InfluxUserInput) => request(influxUserMade, 'POST', 'admin/influx-users', { body }),
  job: (id: string, signal?: AbortSignal) => request(job, 'GET', `admin/jobs/${id}`, { signal }),

  sources: {
    list: (params: Page, signal?: AbortSignal) => request(sourcePage, 'GET', 'admin/sources', { params, signal }),
    get: (id: string) => request(source, 'GET', `admin/sources/${id}`),
    add: (body: SourceInput) => request(source, 'POST', 'admin/sources', { body }),
    change: (id: string, version: number, body: SourceInput) =>
      request(source, 'PUT', `admin/sources/${id}`, { body, version }),
    remove: (id: string, version: number) => request(removed, 'DELETE', `admin/sources/${id}`, { version }),
    enable: (id: string, version: number) =>
      request(source, 'POST', `admin/sources/${id}/enable`, { version, body: { deleteAfterCollecting: true } }),
    disable: (id: string, version: number) => request(source, 'POST', `admin/sources/${id}/disable`, { version }),
  },

  hold: {
    get: (signal?: AbortSignal) => request(holdState, 'GET', 'admin/hold', { signal }),
    set: (body: z.input<typeof holdInput>) => request(holdState, 'PUT', 'admin/hold', { body }),
    release: () => request(holdState, 'DELETE', 'admin/hold'),
  },

  collectors: {
    list: (signal?: AbortSignal) => request(collectorList, 'GET', 'admin/collectors', { signal }),
    add: (name: string) => request(addedCollector, 'POST', 'admin/collectors', { body: { name } }),
    move: (name: string, body: MoveInput) => request(movedSources, 'POST', `admin/collectors/${name}/move`, { body }),
    remove: (name: string, to: string) =>
      request(removedCollector, 'DELETE', `admin/collectors/${name}`, { params: { to } }),
  },

  /** Unsaved sources; `id` is the source being edited, whose stored secret may be used. */
  drafts: {
    test: (body: Draft) => request(job, 'POST', 'admin/drafts/test', { body }),
    preview: (body: Draft) => request(job, 'POST', 'admin/drafts/preview', { body }),
    policies: (body: DraftPolicies) => request(policyDocuments, 'POST', 'admin/drafts/policies', { body }),
    flowLog: (body: FlowLogSetUpInput) => request(flowLogSetUp, 'POST', 'admin/drafts/flow-log', { body }),
  },

  accounts: {
    list: (signal?: AbortSignal) => request(accountList, 'GET', 'admin/accounts', { signal }),
    add: (body: AccountInput) => request(account, 'POST', 'admin/accounts', { body }),
    change: (id: string, version: number, body: AccountInput) =>
      request(account, 'PUT', `admin/accounts/${id}`, { body, version }),
    remove: (id: string, version: number) => request(removed, 'DELETE', `admin/accounts/${id}`, { version }),
    test: (id: string) => request(job, 'POST', `admin/accounts/${id}/test`),
  },

  descriptions: {
    get: (signal?: AbortSignal) => request(descriptions, 'GET', 'admin/descriptions', { signal }),
    policies: () => request(policyDocuments, 'GET', 'admin/descriptions/policies'),
    setHourly: (version: number, hourly: boolean) =>
      request(scheduleChanged, 'PUT', 'admin/descriptions/schedule', { body: { hourly }, version }),
    sync: () => request(job, 'POST', 'admin/descriptions/sync'),
    entities: (params: Partial<EntityQuery>, signal?: AbortSignal) =>
      request(entityPage, 'GET', 'admin/entities', { params, signal }),
  },

  networks: {
    list: (params: Page, signal?: AbortSignal) => request(networkPage, 'GET', 'admin/networks', { params, signal }),
    add: (body: NetworkInput) => request(network, 'POST', 'admin/networks', { body }),
    change: (version: number, body: NetworkInput) => request(network, 'PUT', 'admin/networks', { body, version }),
    remove: (cidr: string) => request(removed, 'DELETE', 'admin/networks', { params: { cidr } }),
  },

  exporters: {
    list: (params: Page, signal?: AbortSignal) => request(exporterPage, 'GET', 'admin/exporters', { params, signal }),
    change: (version: number, body: { ids: string[]; enabled: boolean }) =>
      request(exportersChanged, 'PATCH', 'admin/exporters', { body, version }),
    setAlias: (version: number, body: { id: string; alias: string }) =>
      request(exportersChanged, 'PUT', 'admin/exporters/alias', { body, version }),
    setLimit: (version: number, body: { limit: number }) =>
      request(exportersChanged, 'PUT', 'admin/exporters/limit', { body, version }),
  },

  flowLogs: {
    list: (params: Page, signal?: AbortSignal) => request(flowLogPage, 'GET', 'admin/flow-logs', { params, signal }),
    change: (version: number, body: { ids: string[]; enabled: boolean }) =>
      request(flowLogsChanged, 'PATCH', 'admin/flow-logs', { body, version }),
  },

  collection: {
    get: (signal?: AbortSignal) => request(collection, 'GET', 'collection', { signal }),
    ledgerState: (key: string) => request(ledgerState, 'GET', 'ledger', { params: { key } }),
    ledgerEntries: (key: string) => request(ledgerEntries, 'GET', 'admin/ledger', { params: { key } }),
    quarantine: (params: Page & { sourceId?: string }, signal?: AbortSignal) =>
      request(quarantinePage, 'GET', 'admin/quarantine', { params, signal }),
    unread: (params: Page, signal?: AbortSignal) => request(unreadPage, 'GET', 'admin/unread', { params, signal }),
    retry: (body: z.infer<typeof quarantineChoice>) =>
      request(quarantineChanged, 'POST', 'admin/quarantine/retry', { body }),
    dismiss: (body: z.infer<typeof quarantineChoice>) =>
      request(quarantineChanged, 'POST', 'admin/quarantine/dismiss', { body }),
  },
};
