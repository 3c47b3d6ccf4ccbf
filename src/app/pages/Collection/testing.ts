import type { z } from 'zod';

import { collection, type Collection, type quarantinePage } from '../../../contract/collection';
import { health } from '../../../contract/health';
import { sourcePage, type SourceStatus, type SourceView } from '../../../contract/sources';
import { answers } from '../../test/server';
import { sourceOf } from '../../test/sources';

export const NOW = () => Math.floor(Date.now() / 1000);

/** What viewers must not read. */
export const BUCKET = 'the-bucket';
export const KEY = 'AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/24/x.log.gz';

/** A source as viewers see it. */
export function status(changes: Partial<SourceStatus> = {}): SourceStatus {
  return {
    id: 'src-1',
    name: 'production',
    enabled: true,
    state: 'collecting',
    lastObject: NOW() - 120,
    lastRun: NOW() - 30,
    backlog: 0,
    oldestAge: 0,
    lag: 720,
    completeUntil: NOW() - 900,
    objects: [{ state: 'deleted', objects: 1532 }],
    ...changes,
  };
}

/** The same as administrators see it. */
export function view(of: SourceStatus, changes: Partial<SourceView> = {}): SourceView {
  return sourceOf({ ...of, bucket: BUCKET, ...changes });
}

export const stands = (sources: SourceStatus[], quarantined = 0, series?: Collection['series']) =>
  answers(collection, 'get', 'collection', { sources, quarantined, series } satisfies Collection);

export const details = (items: SourceView[]) =>
  answers(sourcePage, 'get', 'admin/sources', { items, total: items.length });

export const healthy = (changes: Partial<z.input<typeof health>> = {}) =>
  answers(health, 'get', 'health', { version: '1.0.0', store: 'ok', isCollecting: true, started: 0, ...changes });

export type Quarantined = z.input<typeof quarantinePage>['items'][number];

/** An object in quarantine. */
export function quarantined(changes: Partial<Quarantined> = {}): Quarantined {
  return {
    sourceId: 'src-1',
    source: 'production',
    isListed: true,
    key: KEY,
    size: 2048,
    reason: 'corrupt-gzip',
    message: 'The gzip data is cut off.',
    since: NOW() - 3600,
    quotes: [],
    ...changes,
  };
}
