import React, { useCallback, useMemo, useState } from 'react';
import {
  Button,
  Checkbox,
  FilterInput,
  InteractiveTable,
  Pagination,
  RadioButtonGroup,
  Stack,
  Text,
  useStyles2,
} from '@grafana/ui';

import { formatCount } from '../../../reports/units';
import { FoundCount, NothingFound } from '../../components/Found';
import { HEALTH_OPTIONS, type RecordHealth } from '../../components/HealthBadge';
import { stickyEnd } from '../../components/stickyEnd';
import { COLUMNS } from './columns';
import { useExporterActions } from './ExporterActions';
import { filterRows, sortRows, toRow, type Exporter, type Sort } from './Exporters.utils';

const ROWS = 50;
const BY_TITLE = [{ id: 'title', desc: false }];

interface Props {
  exporters: readonly Exporter[];
  /** Replaces the selection. */
  onSelect: (ids: readonly string[]) => void;
}

/** Table of exporters with search, sorting, selection, and switches. */
export function ExportersTable({ exporters: all, onSelect }: Props) {
  const { selected, isChanging, progress, switchOn, switchOff } = useExporterActions();
  const sticky = useStyles2(stickyEnd);
  const [search, setSearch] = useState('');
  const [health, setHealth] = useState<RecordHealth>();
  const [sort, setSort] = useState<Sort>(BY_TITLE[0]);
  const [page, setPage] = useState(1);

  const rows = useMemo(() => all.map(toRow), [all]);
  const found = useMemo(() => sortRows(filterRows(rows, search, health), sort), [rows, search, health, sort]);
  const pages = Math.max(1, Math.ceil(found.length / ROWS));
  const at = Math.min(page, pages);
  const shown = useMemo(() => found.slice((at - 1) * ROWS, at * ROWS), [found, at]);
  const chosen = all.filter(({ id }) => selected.has(id));
  const foundSelected = found.filter(({ id }) => selected.has(id)).length;

  const onSort = useCallback(({ sortBy }: { sortBy: Sort[] }) => {
    setSort(sortBy[0] ?? BY_TITLE[0]);
    setPage(1);
  }, []);
  const clear = () => {
    setSearch('');
    setHealth(undefined);
  };

  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} wrap="wrap" alignItems="center">
        <FilterInput
          aria-label="Search exporters"
          placeholder="Search by name, id or account"
          escapeRegex={false}
          width={40}
          value={search}
          onChange={(text) => {
            setSearch(text);
            setPage(1);
          }}
        />
        <RadioButtonGroup
          aria-label="Health"
          options={HEALTH_OPTIONS}
          value={health}
          onChange={(value) => {
            setHealth(value);
            setPage(1);
          }}
        />
        <FoundCount found={found.length} all={all.length} noun="exporter" />
      </Stack>
      {found.length === 0 ? (
        <NothingFound
          search={search}
          onClear={clear}
          otherwise={{ message: `No exporter is ${health}`, clear: 'Show all' }}
        />
      ) : (
        <>
          <Stack gap={1} wrap="wrap" alignItems="center">
            <Checkbox
              label={`Select all ${formatCount(found.length)}`}
              value={foundSelected === found.length}
              indeterminate={foundSelected > 0 && foundSelected < found.length}
              onChange={({ currentTarget }) => onSelect(currentTarget.checked ? found.map(({ id }) => id) : [])}
            />
            <Button
              size="sm"
              variant="secondary"
              disabled={!chosen.length || isChanging}
              onClick={() => switchOn(chosen)}
            >
              Enable selected
            </Button>
            <Button
              size="sm"
              variant="secondary"
              disabled={!chosen.length || isChanging}
              onClick={() => switchOff(chosen)}
            >
              Disable selected
            </Button>
            <span aria-live="polite">
              <Text color="secondary">
                {progress ?? (chosen.length > 0 && `${formatCount(chosen.length)} selected`)}
              </Text>
            </span>
          </Stack>
          <InteractiveTable
            className={sticky}
            columns={COLUMNS}
            data={shown}
            getRowId={({ id }) => id}
            fetchData={onSort}
            initialSortBy={BY_TITLE}
          />
          <Pagination currentPage={at} numberOfPages={pages} onNavigate={setPage} hideWhenSinglePage />
        </>
      )}
    </Stack>
  );
}
