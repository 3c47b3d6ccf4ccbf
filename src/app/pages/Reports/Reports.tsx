import React, { useId } from 'react';
import { css } from '@emotion/css';
import { useLocation } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Stack, useStyles2 } from '@grafana/ui';

import { HoldNotice } from '../../components/HoldNotice';
import { FirstRun } from '../../setup/FirstRun';
import { useInstalled } from '../../setup/useInstalled';
import { DataState } from './DataState';
import { FiguresNote } from './figures/FiguresNote';
import { useFigures, type Figures } from './figures/useFigures';
import { ReportCard } from './ReportCard';
import { GROUPS, type Group } from './Reports.utils';
import { SearchBox } from './Search/SearchBox';

const SUBTITLE = 'Who talks to whom in your VPCs, and what was let through.';

const UIDS = GROUPS.flatMap(({ dashboards }) => dashboards.map(({ uid }) => uid));

/** The index of reports: a search, and one card per report, linking to its dashboard. It is shown whatever fails. */
export function Reports() {
  const { search } = useLocation();
  const { data: installed } = useInstalled();
  const figures = useFigures(UIDS);

  return (
    <PluginPage subTitle={SUBTITLE}>
      <Stack direction="column" gap={3}>
        <FirstRun />
        <HoldNotice />
        <SearchBox />
        <div>
          <DataState />
          <FiguresNote {...figures} />
        </div>
        {GROUPS.map((group) => (
          <ReportGroup key={group.title} group={group} search={search} installed={installed} figures={figures} />
        ))}
      </Stack>
    </PluginPage>
  );
}

interface GroupProps {
  group: Group;
  search: string;
  installed: ReadonlySet<string> | undefined;
  figures: Figures;
}

function ReportGroup({ group: { title, dashboards }, search, installed, figures }: GroupProps) {
  const styles = useStyles2(getStyles);
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      <ul className={styles.list} aria-labelledby={id}>
        {dashboards.map((report) => (
          <li key={report.uid}>
            <ReportCard
              report={report}
              search={search}
              isInstalled={installed?.has(report.uid) ?? true}
              figures={figures}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h5, color: theme.colors.text.secondary, marginBottom: theme.spacing(1) }),
  list: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${theme.spacing(30)}), 1fr))`,
    gap: theme.spacing(2),
    listStyle: 'none',
    // A single card takes the whole row.
    '& > li:only-child': { gridColumn: '1 / -1' },
  }),
});
