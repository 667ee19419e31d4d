import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { Minutes } from '#core/time.ts';
import { dasMetrics } from '#das/das-metrics.ts';
import { meterMetrics } from '#meter/meter-metrics.ts';
import { runProgram } from '../support/commands.ts';
import { exampleDevices } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CollectedSite } from './collect/support/collected-site.ts';

const promtool = program('promtool');
const RULES = fileURLToPath(new URL('../../deploy/alert-rules.yaml', import.meta.url));

/** What becomes of the series that begin so, as promtool writes it: the first value, what is added each minute, how often. */
type Course = readonly [series: string, values: string];

const always = (value: number): string => `${value}x180`;

/** Counters rise while all is well, but for those of what went wrong. */
const WELL: readonly Course[] = [
  ['sealmeter_das_documents_judged_total{kind="live",outcome="refused"', always(3)],
  ['sealmeter_das_requests_total{outcome="answered"', '0+600x180'],
  ['sealmeter_das_requests_total', '0+1x180'],
  ['sealmeter_das_documents_judged_total{kind="live"', '0+60x180'],
  ['sealmeter_das_documents_stored_total{kind="live"', '0+60x180'],
  ['sealmeter_meter_captures', '0+1x180'],
  ['sealmeter_meter_connections_refused_total', '0+1x180'],
  // Whatever this process takes.
  ['process_resident_memory_bytes', always(90_000_000)],
];

/** By the alert: what happens instead, so that it fires. */
const TROUBLE: Readonly<Record<string, readonly Course[]>> = {
  SealmeterDasAway: [['sealmeter_das_meters', '_x180']],
  SealmeterMetersSilent: [['sealmeter_das_meters_silent', always(1)]],
  SealmeterDocumentsRefused: [['sealmeter_das_documents_judged_total{kind="live",outcome="refused"', '0+1x180']],
  SealmeterAlarmsOpen: [['sealmeter_das_alarms_open{code="CHAIN_BROKEN"', always(1)]],
  SealmeterWarningsOpen: [['sealmeter_das_alarms_open{code="CLOCK_OFFSET"', always(1)]],
  SealmeterCapturesMissing: [['sealmeter_das_captures_missing', always(2)]],
  SealmeterRequestsFail: [['sealmeter_das_requests_total{outcome="failed"', '0+100x180']],
  SealmeterRequestsWait: [['sealmeter_das_requests_waiting', always(300)]],
  SealmeterNothingStored: [['sealmeter_das_documents_stored_total', always(7)]],
  SealmeterMeterTakesNoSamples: [['sealmeter_meter_sample_age_seconds', '0+60x180']],
  SealmeterDeviceUnreachable: [['sealmeter_meter_device_unreachable', always(1)]],
  SealmeterMeterClock: [['sealmeter_meter_clock_unsynchronised', always(1)]],
  SealmeterMeterCapturesNothing: [['sealmeter_meter_captures', always(7)]],
  SealmeterMeterMemory: [['process_resident_memory_bytes', always(200_000_000)]],
};

/** The series of an exposition as Prometheus keeps them: with its own labels, and a course of values. */
function seriesOf(exposition: string, job: string, courses: readonly Course[]): readonly object[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const series = `${name}{${[labels, `job="${job}"`, 'instance="one"'].filter((part) => part !== '').join(',')}}`;
      const course = courses.find(([begin]) => series.startsWith(begin) && (begin.includes('{') || begin === name));
      return { series, values: course?.[1] ?? always(Number(value)) };
    });
}

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

const { panels } = JSON.parse(read('../../deploy/grafana-dashboard.json')) as {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
};
/** What the dashboard asks for, where an alarm is open. */
const drawn = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** It has something to draw. */
const isDrawn = (expr: string): object => ({
  expr: `clamp_max(count(${expr}), 1)`,
  eval_time: '3h',
  exp_samples: [{ labels: '{}', value: 1 }],
});

it('every alert fires where it should, and none where all is well; every panel has something to draw', async (t) => {
  await using site = await CollectedSite.open(t);
  await site.meter.capture(3);
  await site.pass(Minutes(2));
  const das = await dasMetrics(site.store, site.collector);
  const devices = exampleDevices().devices;
  const meter = meterMetrics({
    devices,
    captures: { last: () => undefined },
    refusals: new Map(),
    clock: new FakeClock(),
  });
  const after = (name: string, courses: readonly Course[]): object => ({
    name,
    interval: '1m',
    input_series: [
      ...seriesOf(das, 'sealmeter-das', [...courses, ...WELL]),
      ...seriesOf(meter, 'sealmeter-meter', [...courses, ...WELL]),
    ],
    promql_expr_test: [
      {
        expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
        eval_time: '3h',
        exp_samples: name === '' ? [] : [{ labels: `{alertname="${name}"}`, value: 1 }],
      },
      ...(name === 'SealmeterAlarmsOpen' ? drawn.map(isDrawn) : []),
    ],
  });
  const tests = [after('', []), ...Object.entries(TROUBLE).map(([name, courses]) => after(name, courses))];
  const file = join(temporaryFolder(t), 'tests.yaml');
  writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
  const { code, stdout, stderr } = await runProgram(promtool, ['test', 'rules', file]);
  assert.equal(code, 0, stdout + stderr);
});

it('each alert has its trouble here', () => {
  const { groups } = parse(read('../../deploy/alert-rules.yaml')) as {
    readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
  };
  assert.deepEqual(
    groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)),
    Object.keys(TROUBLE),
  );
});
