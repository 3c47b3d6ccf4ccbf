import type { EntityPublisher } from '../../entities/publish';
import type { Registry } from '../../registry/registry';
import type { HourSums } from '../hourSums';
import type { PointWriter } from '../../store/writer';
import type { Decoder } from '../decode/decoder';
import type { StoreClaim } from '../storeClaim';
import type { Coverage } from './coverage';
import type { ExporterDecisions } from './exporterDecisions';
import type { LoggedInterfaces } from './loggedInterfaces';
import type { OnLogEntry } from './objectTrace';
import type { Offsets } from './offsets';
import type { OwnerVersions } from './ownerVersions';

/** What reading an object needs. */
export interface ReadDependencies {
  readonly exporters: ExporterDecisions;
  readonly owners: OwnerVersions;
  readonly decoder: Decoder;
  /** Unix seconds. */
  readonly now: () => number;
}

/** What collecting an object needs. */
export interface ObjectDependencies extends ReadDependencies {
  readonly registry: Registry;
  readonly claim: StoreClaim;
  readonly writer: PointWriter;
  readonly entities: EntityPublisher;
  readonly offsets: Offsets;
  readonly coverage: Coverage;
  readonly logged: LoggedInterfaces;
  /** What is stored is added to them, where this process recomputes hours. */
  readonly hourSums: Pick<HourSums, 'add'>;
  /** Called with the log entry of each object at log level `debug`; undefined at any higher level. */
  readonly onLogEntry?: OnLogEntry;
}
