import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Text, useStyles2 } from '@grafana/ui';

import { exporterPlace, exporterTitle } from '../../../contract/exporters';
import type { PreviewResult } from '../../../contract/jobs';
import { overlapText, SUMS_DOUBLED } from '../../../reports/flowLogs';
import { olderObjects } from '../../../reports/olderObjects';
import { formatBytes, formatCount, formatCounted } from '../../../reports/units';
import { Facts, type Fact } from '../../components/Facts';

const FROM = { vpc: 'VPC', subnet: 'subnet: vpc-id is missing', interface: 'interface: vpc-id is missing' } as const;

/** What collecting the newest objects would do: what is counted, whose traffic it is, and what is left in place and why. */
export function PreviewReport({ result }: { result: PreviewResult }) {
  const styles = useStyles2(getStyles);
  const { looked, hasMore, ages, counts, series } = result;
  const older = ages && olderObjects(ages);
  if (looked === 0) {
    return (
      <Alert severity="info" title="There is no flow log here yet">
        A new flow log delivers its first object after 10 to 15 minutes. Until then there is nothing to preview: check
        the prefix, or look again later.
      </Alert>
    );
  }
  const facts: Fact[] = [
    ['Collected', formatCount(counts.collected)],
    ['Counted before', formatCount(counts.duplicates)],
    ['Left in place', formatCount(counts.notCollected + counts.quarantined)],
    ['Records', formatCount(counts.records)],
    ['of them traffic', formatCount(counts.ok)],
    ['No data', formatCount(counts.nodata)],
    ['Skipped by AWS', formatCount(counts.skipdata)],
    ['Malformed', formatCount(counts.malformed)],
    ['Bytes', `${formatCount(BigInt(counts.bytes))} (${formatBytes(BigInt(counts.bytes))})`],
    ['Packets', formatCount(BigInt(counts.packets))],
    ['Flows', formatCount(BigInt(counts.flows))],
    ['Series', formatCount(series.total)],
  ];
  return (
    <div className={styles.report} data-full>
      <Text>
        {hasMore
          ? `The newest ${formatCounted(looked, 'object')} of this source, to the record:`
          : `All ${formatCounted(looked, 'object')} of this source, to the record:`}
      </Text>
      {older && <Alert severity="warning" title={older} />}
      {result.overlaps.map((overlap) => (
        <Alert key={overlap.flowLogs.join()} severity="warning" title={SUMS_DOUBLED}>
          {overlapText(overlap)}
        </Alert>
      ))}
      {result.disabledFlowLogs.length > 0 && (
        <Alert severity="warning" title={`Disabled: ${result.disabledFlowLogs.join(', ')}`}>
          The records of {result.disabledFlowLogs.length === 1 ? 'this flow log' : 'these flow logs'} are dropped, and{' '}
          only counted. Enable what you want to collect in Flow logs.
        </Alert>
      )}
      <Facts facts={facts} />
      <Exporters exporters={result.exporters} />
      <LeftInPlace objects={result.objects} />
      <details>
        <summary>Series by measurement</summary>
        <Facts
          facts={Object.entries(series.byMeasurement).map(([name, count]) => [name, formatCount(count)] as const)}
        />
      </details>
    </div>
  );
}

function Exporters({ exporters }: Pick<PreviewResult, 'exporters'>) {
  const styles = useStyles2(getStyles);
  if (exporters.length === 0) {
    return null;
  }
  const added = exporters.filter(({ isNew }) => isNew).length;
  return (
    <div>
      <Text element="h4" variant="h6">
        {formatCounted(exporters.length, 'exporter')}
        {added > 0 && `, ${formatCount(added)} new`}
      </Text>
      <ul className={styles.list} aria-label="Exporters">
        {exporters.map((exporter) => (
          <li key={exporter.id}>
            <Exporter {...exporter} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Exporter(exporter: PreviewResult['exporters'][number]) {
  const styles = useStyles2(getStyles);
  const { account, accountName, from, isNew, decision, records } = exporter;
  const [title, place] = [exporterTitle(exporter), exporterPlace(exporter.id)];
  return (
    <>
      {title === place ? <code>{place}</code> : title} {isNew && <Badge text="New" color="blue" />}{' '}
      {decision === 'overflow' && <Badge text="No place under the limit" color="orange" />}{' '}
      {decision === 'drop' && <Badge text="Disabled: its records are dropped" color="orange" />}
      <div className={styles.small}>
        {title !== place && (
          <>
            <code>{place}</code> ·{' '}
          </>
        )}
        account {accountName !== undefined && `${accountName} `}
        <code>{account}</code>
      </div>
      <div className={styles.small}>
        {formatCounted(records, 'record')}, by {FROM[from]}
      </div>
    </>
  );
}

/** Objects that would stay in the bucket, together by the reason why. */
function LeftInPlace({ objects }: Pick<PreviewResult, 'objects'>) {
  const styles = useStyles2(getStyles);
  const left = objects.filter(({ state }) => state !== 'stored' && state !== 'duplicate' && state !== 'gone');
  const byMessage = new Map<string, typeof left>();
  for (const object of left) {
    const { message = 'Not collected.' } = object;
    byMessage.set(message, [...(byMessage.get(message) ?? []), object]);
  }
  if (left.length === 0) {
    return <Text color="secondary">No object would be left in place.</Text>;
  }
  return (
    <div>
      <Text element="h4" variant="h6">
        {formatCounted(left.length, 'object')} would not be collected, and would stay in the bucket
      </Text>
      <ul className={styles.list} aria-label="Objects that would not be collected">
        {[...byMessage].map(([message, alike]) => (
          <li key={message}>
            {alike.length > 1 && `${formatCounted(alike.length, 'object')}: `}
            {message}
            <div className={styles.small}>
              {alike.length > 1 && 'such as '}
              <code>{alike[0].key}</code>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  report: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), width: '100%', minWidth: 0 }),
  list: css({
    listStyle: 'none',
    margin: 0,
    padding: 0,
    maxHeight: theme.spacing(50),
    overflowY: 'auto',
    '&, code': { overflowWrap: 'anywhere', whiteSpace: 'normal' },
    code: { border: 'none', background: 'none', padding: 0 },
    li: { padding: theme.spacing(0.5, 0) },
  }),
  small: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
