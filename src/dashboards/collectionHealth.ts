/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import {
  BLIND_SPOTS,
  blindSpotsQuery,
  COLLECTION_FIGURES,
  COLLECTION_HEALTH,
  collectionSeriesQuery,
  overSourcesQuery,
  type Figure,
} from '../reports/collection';
import { properties } from './common';
import { overTime, sourcesTable } from './healthPanels';
import { influxQuery } from './influxQuery';
import { REFS } from './refs';
import { emptyDashboard } from './reportDashboard';
import { isOneOfChosen } from './scopes';
import { stat } from './stats';
import { sourceVariable } from './variables';
import { GRAFANA, VARS } from './vars';

const { title, uid, question } = COLLECTION_HEALTH;
const NAMES_KEPT = 'Names kept by new data';
const SERIES = [
  'max("series_minute") AS "Minutes"',
  'max("series_hour") AS "Hours"',
  'max("series_budget") AS "Budget"',
  `min("top_k") AS "${NAMES_KEPT}"`,
];
const IN_RANGE = `time >= ${GRAFANA.from}ms AND time <= ${GRAFANA.to}ms`;
const OF_SOURCES = `${IN_RANGE} AND ${isOneOfChosen('source', VARS.s3Source)}`;

/** The dashboard Collection health: newest values, sources, and values over time. Panel ids never change meaning. */
export function healthDashboard(): Dashboard {
  const dashboard = emptyDashboard(title, uid, question)
    .variables([sourceVariable()])
    .withPanel(
      new TextBuilder()
        .mode(TextMode.Markdown)
        .content(
          `**${question}** *Complete until* is the moment up to which no flow log is missing anything; ` +
            'reports about later times will still grow.'
        )
        .transparent(true)
        .height(2)
        .span(24)
        .id(1)
    );
  COLLECTION_FIGURES.filter(({ aggregate }) => aggregate).forEach((figure, index) =>
    // Six in the second row: the first of them need room for a date and durations.
    dashboard.withPanel(
      headlineStat(figure)
        .span(index < 4 ? 6 : 4)
        .id(10 + index)
    )
  );
  return dashboard
    .withPanel(sourcesTable(OF_SOURCES).id(2))
    .withPanel(perSource('Backlog: objects waiting', 'max("backlog")', 'short').id(3))
    .withPanel(perSource('Delivery lag: from traffic to data', 'max("lag")', 's').id(4))
    .withPanel(perSource('Objects collected', 'sum("objects")', 'short').id(5))
    .withPanel(perSource('Records collected', 'sum("records")', 'short').id(6))
    .withPanel(blindSpots().id(7))
    .withPanel(
      overTime('Series against their budget', 'short', [])
        .withTarget(influxQuery(REFS.series, series(SERIES)))
        .description(
          'Series of the fullest day of minutes and of the fullest week of hours. Beyond the budget, new data keeps 5 and ' +
            'then no names of each interface and action; sums stay exact.'
        )
        .overrideByName(
          NAMES_KEPT,
          properties({ 'custom.axisPlacement': 'right', 'custom.axisSoftMax': 20, decimals: 0 })
        )
        .id(8)
    )
    .build();
}

function blindSpots() {
  const panel = overTime('Blind spots: records that are no traffic, by reason', 'short', ['reason'], true)
    .withTarget(influxQuery(REFS.records, blindSpotsQuery(IN_RANGE, GRAFANA.interval)))
    .description(
      'Skipped by AWS (SKIPDATA): AWS lost records. The rest could not be read, or was left out, for the reason given.'
    )
    .noValue('No blind spots in this range.');
  for (const [reason, displayName] of Object.entries(BLIND_SPOTS)) {
    panel.overrideByRegexp(`/\\b${reason}\\b/`, properties({ displayName }));
  }
  return panel;
}

function headlineStat({ field, heading, unit, aggregate, description, isBad }: Figure) {
  const query = overSourcesQuery(aggregate!, field, OF_SOURCES);
  const value = stat(heading, description, isBad)
    .withTarget(influxQuery(REFS.value, field === 'complete_until' ? milliseconds(query) : query))
    .unit(unit)
    .noValue('–')
    .showPercentChange(false);
  return value.height(3);
}

function milliseconds(query: string): string {
  return `SELECT 1000 * "complete_until" AS "complete_until" FROM (${query})`;
}

function perSource(title: string, value: string, unit: string) {
  return overTime(title, unit, ['source']).withTarget(influxQuery(REFS.value, series([`${value} AS "value"`], true)));
}

function series(values: readonly string[], bySource = false): string {
  return collectionSeriesQuery(values, OF_SOURCES, GRAFANA.interval, bySource);
}
