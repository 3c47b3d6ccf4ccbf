import type { AddressTable } from '../records/address/addressTable';
import type { ContextName } from '../records/context';
import { MISSING } from '../../contract/stored';
import { isInScope, scopedAddress, type End } from './owners/resolver';

/** The two ends of a flow. */
export type Side = 'source' | 'destination';

/** What the text of an end's property depends on, besides the end when it is known. */
export interface EndText {
  /** Of an interface, a named network or an AWS service. */
  readonly of: (end: End) => string;
  /** Of an address that is nobody's here; undefined where that is always '-'. `scope`: the VPC that saw it. */
  readonly ofAddress?: (code: number, scope: string, addresses: AddressTable) => string;
}

/** What is worked out of a record besides its ends, and its action. */
type MarkName = 'action' | 'counted' | 'transit' | 'direction' | 'peer' | 'peerLogged' | 'zone' | 'peerZone';

/** A property of records that measurements are keyed by. */
export type Dimension =
  | { readonly column: Side | 'application' }
  | { readonly column: 'end'; readonly side: Side; readonly end: EndText }
  | { readonly column: 'mark'; readonly mark: MarkName }
  | { readonly column: 'context'; readonly field: ContextName };

const context = (field: ContextName) => ({ column: 'context', field }) as const;
const mark = (name: MarkName) => ({ column: 'mark', mark: name }) as const;

/** The dimensions of one end, by what follows `source` or `destination` in their names. */
const END_TEXTS: Readonly<Record<'Owner' | 'End' | 'Account' | 'Instance' | 'Subnet' | 'Vpc', EndText>> = {
  Owner: { of: ({ text }) => text },
  End: { of: ({ text }) => text, ofAddress: scopedAddress },
  Account: { of: ({ account }) => account },
  Instance: { of: ({ instance }) => instance },
  Subnet: { of: ({ subnet }) => subnet },
  Vpc: {
    of: ({ vpc }) => vpc,
    ofAddress: (code, scope, addresses) => (isInScope(code, scope, addresses) ? scope : MISSING),
  },
};

const endDimensions = <Of extends Side>(side: Of) =>
  Object.fromEntries(
    Object.entries(END_TEXTS).map(([name, end]): [string, Dimension] => [
      `${side}${name}`,
      { column: 'end', side, end },
    ])
  ) as Record<`${Of}${keyof typeof END_TEXTS}`, Dimension>;

/** Every dimension that a measurement can use. What they mean: docs/owners.md. */
export const DIMENSIONS = {
  source: { column: 'source' },
  destination: { column: 'destination' },
  application: { column: 'application' },
  ...endDimensions('source'),
  ...endDimensions('destination'),
  action: mark('action'),
  counted: mark('counted'),
  transit: mark('transit'),
  direction: mark('direction'),
  peerKind: mark('peer'),
  peerLogged: mark('peerLogged'),
  zone: mark('zone'),
  peerZone: mark('peerZone'),
  trafficPath: context('trafficPath'),
  sourceService: context('sourceService'),
  destinationService: context('destinationService'),
  nextHopType: context('nextHopType'),
  interfaceType: context('interfaceType'),
  connection: context('connection'),
} as const satisfies Record<string, Dimension>;

/** Name of an entry of {@link DIMENSIONS}. */
export type DimensionName = keyof typeof DIMENSIONS;

/** The entry of that name. */
export function dimensionOf(name: DimensionName): Dimension {
  return DIMENSIONS[name];
}
