import React from 'react';
import { Alert, Button, Stack } from '@grafana/ui';

import type { FlowLogOverlap } from '../../../contract/flowLogs';
import { bothLog, firstTold, leftOutText, onlyHas, SUMS_DOUBLED } from '../../../reports/flowLogs';
import { Clock } from '../../components/Times';
import type { AllFlowLogs } from './FlowLogs.hooks';

interface Props extends Pick<AllFlowLogs, 'overlaps' | 'leftOut'> {
  isChanging: boolean;
  onEnable: (id: string) => void;
  /** Asks for confirmation first. */
  onDisable: (id: string) => void;
}

/** Which flow logs log the same, and what is left out since one is disabled, each with the remedy at hand. */
export function FlowLogWarnings({ overlaps, leftOut, isChanging, onEnable, onDisable }: Props) {
  const [twice, missing] = [firstTold(overlaps), firstTold(leftOut)];
  return (
    <div>
      {twice.told.map((overlap) => (
        <Alert key={overlap.flowLogs.join()} severity="warning" title={SUMS_DOUBLED}>
          <Stack direction="column" gap={1} alignItems="flex-start">
            <span>
              {bothLog(overlap)} Since <Clock at={overlap.since} />.
            </span>
            {whatDiffers(overlap).map((text) => (
              <span key={text}>{text}</span>
            ))}
            <span>Disable one of them here, or delete it in AWS:</span>
            <Stack gap={1} wrap="wrap">
              {overlap.flowLogs.map((id) => (
                <Button key={id} size="sm" variant="secondary" disabled={isChanging} onClick={() => onDisable(id)}>
                  {`Disable ${id}`}
                </Button>
              ))}
            </Stack>
          </Stack>
        </Alert>
      ))}
      <Others severity="warning" text={twice.others} />
      {missing.told.map((left) => (
        <Alert key={left.flowLog} severity="info" title={`Left out with ${left.flowLog}`}>
          <Stack direction="column" gap={1} alignItems="flex-start">
            <span>{leftOutText(left)}</span>
            <Button size="sm" variant="secondary" disabled={isChanging} onClick={() => onEnable(left.flowLog)}>
              {`Enable ${left.flowLog}`}
            </Button>
          </Stack>
        </Alert>
      ))}
      <Others severity="info" text={missing.others} />
    </div>
  );
}

function Others({ severity, text }: { severity: 'warning' | 'info'; text: string | undefined }) {
  return text === undefined ? null : <Alert severity={severity} title={text} />;
}

/** What each of the two has that the other one lacks. */
export function whatDiffers({ flowLogs, only }: FlowLogOverlap): string[] {
  const told = flowLogs.flatMap((id, i) => onlyHas(id, only[i]) ?? []);
  return told.length > 0 ? told : ['Neither has anything that the other one lacks.'];
}
