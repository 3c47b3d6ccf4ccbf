import React from 'react';
import { useTheme2 } from '@grafana/ui';

const HEIGHT = 100;
/** Of the width of a step. */
const BAR = 0.8;

/** A course in bars, as wide as there is room: no line joins what did not flow. Red means refused. */
export function Sparkline({ values, isRefused = false }: { values: readonly number[]; isRefused?: boolean }) {
  const { visualization } = useTheme2();
  const top = values.reduce((highest, value) => Math.max(highest, value), 0);
  return (
    <svg
      viewBox={`0 0 ${Math.max(values.length, 1)} ${HEIGHT}`}
      preserveAspectRatio="none"
      width="100%"
      height="32"
      aria-hidden
      fill={visualization.getColorByName(isRefused ? 'red' : 'blue')}
    >
      {values.map((value, i) => {
        const height = top === 0 ? 0 : (value / top) * HEIGHT;
        return <rect key={i} x={i} y={HEIGHT - height} width={BAR} height={height} />;
      })}
    </svg>
  );
}
