import React, { useState } from 'react';
import { css } from '@emotion/css';
import { locationUtil } from '@grafana/data';
import {
  Button,
  ClipboardButton,
  Combobox,
  EmptyState,
  FilterInput,
  InlineField,
  InteractiveTable,
  LoadingPlaceholder,
  Stack,
  Text,
  TextLink,
  type Column,
} from '@grafana/ui';

import { ENTITY_KINDS, type EntityKind } from '../../../contract/stored';
import { formatCount } from '../../../reports/units';
import { Failure } from '../../components/Failure';
import { Ago } from '../../components/Times';
import { useChosenFirst } from '../../components/useChosenFirst';
import { useDebounced } from '../../components/useDebounced';
import { ENTITIES_PER_PAGE, useEntities, type Syncing } from './Descriptions.hooks';
import { entityUrl, KINDS, oneLine, shownId, type Entity } from './Descriptions.utils';

const KIND_OPTIONS = ENTITY_KINDS.map((kind) => ({ value: kind, label: KINDS[kind].many }));

/** Stands for a missing id. */
const NONE = '-';

/** An id on one line. */
function Shown({ id }: { id: string }) {
  return (
    <Text variant="bodySmall" color="secondary">
      <span className={oneLine}>{id}</span>
    </Text>
  );
}

/** A time on one line. */
function Time({ at }: { at: number }) {
  return (
    <Text variant="bodySmall" color="secondary">
      <span className={oneLine}>
        <Ago at={at} />
      </span>
    </Text>
  );
}

const COLUMNS: Array<Column<Entity>> = [
  {
    id: 'description',
    header: 'Description, id',
    cell: ({ row: { original } }) => (
      <>
        <TextLink href={locationUtil.assureBaseUrl(entityUrl(original))} inline={false}>
          {original.description ?? shownId(original)}
        </TextLink>
        <Stack gap={0} alignItems="center">
          {original.description !== undefined && <Shown id={shownId(original)} />}
          <CopyId id={shownId(original)} />
        </Stack>
      </>
    ),
  },
  { id: 'kind', header: 'Kind', cell: ({ row }) => <>{KINDS[row.original.kind].one}</> },
  { id: 'vpc', header: 'VPC, subnet', cell: ({ row: { original } }) => <Two ids={[original.vpc, original.subnet]} /> },
  { id: 'instance', header: 'Instance', cell: ({ row }) => <Two ids={[row.original.instance]} /> },
  {
    id: 'account',
    header: 'Account, region',
    cell: ({ row: { original } }) => <Two ids={[original.account, original.region]} />,
  },
  {
    id: 'seen',
    header: 'First seen, last in EC2',
    cell: ({ row: { original } }) => (
      <Stack direction="column" gap={0}>
        <Time at={original.firstSeen} />
        {original.lastFound !== undefined && <Time at={original.lastFound} />}
      </Stack>
    ),
  },
];

/** The known ids, one below the other. */
function Two({ ids }: { ids: readonly string[] }) {
  const known = ids.filter((id) => id !== NONE);
  return (
    <Stack direction="column" gap={0}>
      {known.length === 0 ? '–' : known.map((id) => <Shown key={id} id={id} />)}
    </Stack>
  );
}

function CopyId({ id }: { id: string }) {
  return (
    <ClipboardButton
      icon="copy"
      size="sm"
      fill="text"
      variant="secondary"
      aria-label={`Copy ${id}`}
      getText={() => id}
    />
  );
}

/** Table of all known identifiers and their descriptions. */
export function Entities({ sync }: { sync: Syncing }) {
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState<EntityKind>();
  const kinds = useChosenFirst(KIND_OPTIONS, kind);
  /** Cursors of the pages so far. */
  const [behind, setBehind] = useState<readonly string[]>([]);
  const settled = useDebounced(search.trim());
  const { data, error, isPlaceholderData, refetch } = useEntities({ search: settled, kind, cursor: behind.at(-1) });
  const first = behind.length * ENTITIES_PER_PAGE;

  return (
    <section aria-labelledby="flowscope-entities">
      <Stack direction="column" gap={2}>
        <Text element="h2" variant="h4" id="flowscope-entities">
          Entities
        </Text>
        <Stack gap={2} wrap="wrap" alignItems="center">
          <FilterInput
            aria-label="Search entities"
            placeholder="Search by description or id"
            escapeRegex={false}
            width={40}
            value={search}
            onChange={(text) => {
              setSearch(text);
              setBehind([]);
            }}
          />
          <InlineField label="Kind" htmlFor="flowscope-kind" className={css({ margin: 0 })}>
            <Combobox
              id="flowscope-kind"
              placeholder="All kinds"
              isClearable
              width={24}
              options={kinds}
              value={kind ?? null}
              onChange={(option) => {
                setKind(option?.value);
                setBehind([]);
              }}
            />
          </InlineField>
        </Stack>
        {error && <Failure title="The entities cannot be shown" error={error} onRetry={() => void refetch()} />}
        {!data && !error && <LoadingPlaceholder text="Loading entities" />}
        {data && data.items.length === 0 && (
          <NoEntity
            search={settled}
            kind={kind}
            sync={sync}
            onClear={() => {
              setSearch('');
              setKind(undefined);
            }}
          />
        )}
        {data && data.items.length > 0 && (
          <>
            <InteractiveTable
              columns={COLUMNS}
              data={data.items}
              getRowId={(entity) => `${entity.kind} ${entity.id}`}
            />
            <Stack gap={1} alignItems="center" wrap="wrap">
              <Button
                size="sm"
                variant="secondary"
                icon="angle-left"
                disabled={behind.length === 0 || isPlaceholderData}
                onClick={() => setBehind(behind.slice(0, -1))}
              >
                Previous
              </Button>
              <Button
                size="sm"
                variant="secondary"
                icon="angle-right"
                iconPlacement="right"
                disabled={data.next === undefined || isPlaceholderData}
                onClick={() => setBehind([...behind, data.next!])}
              >
                Next
              </Button>
              <span aria-live="polite">
                <Text color="secondary">
                  {`${formatCount(first + 1)} to ${formatCount(first + data.items.length)} of ${formatCount(data.total)}`}
                </Text>
              </span>
            </Stack>
          </>
        )}
      </Stack>
    </section>
  );
}

interface NoEntityProps {
  search: string;
  kind: EntityKind | undefined;
  sync: Syncing;
  onClear: () => void;
}

function NoEntity({ search, kind, sync, onClear }: NoEntityProps) {
  if (search === '' && kind === undefined) {
    return (
      <EmptyState
        variant="call-to-action"
        message="No entities yet"
        button={
          <Button icon="sync" disabled={sync.isRunning} onClick={() => void sync.start()}>
            {sync.isRunning ? 'Syncing…' : 'Sync now'}
          </Button>
        }
      >
        A sync reads interfaces, instances, subnets and VPCs from EC2.
      </EmptyState>
    );
  }
  const among = kind ? ` among ${KINDS[kind].many}` : '';
  return (
    <EmptyState
      variant="not-found"
      message={search ? `Nothing matches “${search}”${among}` : `There is nothing${among}`}
      button={
        <Button variant="secondary" onClick={onClear}>
          Clear search
        </Button>
      }
    />
  );
}
