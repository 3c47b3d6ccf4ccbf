/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
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
import { collectionNotes } from './dataQualityBanner';
import { overTime, sourcesOverTime, sourcesTable } from './healthPanels';
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

/** The dashboard Collection health: newest values, what needs attention, sources, and values over time. Panel ids never change meaning. */
export function healthDashboard(): Dashboard {
  const explained = `${question} *Complete until* is the moment up to which no flow log is missing anything; reports about later times will still grow.`;
  const dashboard = emptyDashboard(title, uid, explained).variables([sourceVariable()]);
  // What is above zero and should not be stands among the notes; of the whole sidecar, below.
  const figures = COLLECTION_FIGURES.filter(({ aggregate, isBad }) => aggregate && !isBad);
  const idOf = (figure: Figure) => 10 + COLLECTION_FIGURES.filter(({ aggregate }) => aggregate).indexOf(figure);
  const stats = (isShared: boolean) => figures.filter((figure) => (figure.isShared ?? false) === isShared);
  stats(false).forEach((figure) => dashboard.withPanel(headlineStat(figure).span(4).id(idOf(figure))));
  dashboard
    .withPanel(collectionNotes().span(8).id(20))
    .withPanel(sourcesOverTime(series(['max("lag") AS "value"'], true)).id(1))
    .withPanel(sourcesTable(OF_SOURCES).id(2))
    .withPanel(perSource('Backlog: objects waiting', 'max("backlog")', 'short', 'objects').id(3))
    .withPanel(perSource('Delivery lag: from traffic to data', 'max("lag")', 's', 'lag').id(4))
    .withPanel(perSource('Objects collected', 'sum("objects")', 'short', 'objects').id(5))
    .withPanel(perSource('Records collected', 'sum("records")', 'short', 'records').id(6))
    .withPanel(blindSpots().id(7))
    .withPanel(
      overTime('Series against their budget', 'short', 'series', [])
        .withTarget(influxQuery(REFS.series, series(SERIES)))
        .description(
          'Series of the fullest day of minutes and of the fullest week of hours. Beyond the budget, new data keeps 5 and ' +
            'then no names of each interface and action; sums stay exact.'
        )
        .overrideByName(
          NAMES_KEPT,
          properties({
            'custom.axisPlacement': 'right',
            'custom.axisSoftMax': 20,
            'custom.axisLabel': 'names kept',
            decimals: 0,
          })
        )
        .id(8)
    );
  stats(true).forEach((figure) => dashboard.withPanel(headlineStat(figure).span(6).id(idOf(figure))));
  return dashboard.build();
}

function blindSpots() {
  const panel = overTime('Blind spots: records that are no traffic, by reason', 'short', 'records', ['reason'], true)
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

function headlineStat({ field, heading, unit, aggregate, isBad }: Figure) {
  const query = overSourcesQuery(aggregate!, field, OF_SOURCES);
  // No description: beside its sign there would be no room for the title.
  const value = stat(heading, undefined, isBad)
    .withTarget(influxQuery(REFS.value, field === 'complete_until' ? milliseconds(query) : query))
    .unit(unit)
    .noValue('–');
  return value.height(3);
}

function milliseconds(query: string): string {
  return `SELECT 1000 * "complete_until" AS "complete_until" FROM (${query})`;
}

function perSource(title: string, value: string, unit: string, axis: string) {
  return overTime(title, unit, axis, ['source']).withTarget(
    influxQuery(REFS.value, series([`${value} AS "value"`], true))
  );
}

function series(values: readonly string[], bySource = false): string {
  return collectionSeriesQuery(values, OF_SOURCES, GRAFANA.interval, bySource);
}
