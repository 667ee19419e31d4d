import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { writeExposition } from '#core/exposition.ts';
import { Minutes } from '#core/time.ts';
import { alarmKindNames } from '#das/alarm-kinds.ts';
import { dasMetrics } from '#das/das-metrics.ts';
import { refusalReasons } from '#http/refusals.ts';
import { meterMetrics } from '#meter/meter-metrics.ts';
import { runProgram } from '../support/commands.ts';
import { exampleDevices, METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { CollectedSite } from './collect/support/collected-site.ts';
import { fault } from './collect/support/scripted-meter.ts';

const promtool = program('promtool');
const deployed = (name: string): string => new URL(`../../deploy/${name}`, import.meta.url).pathname;

const namesIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/\b(?:sealmeter|process)_[a-z_]+\b/g)].map(([name]) => name));

/** The value of a sample, by its text before the blank. */
function valueOf(exposition: string, sample: string): number {
  const line = exposition.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  assert.ok(line, `${sample} in:\n${exposition}`);
  return Number(line.slice(sample.length + 1));
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

/** Of a meter that has taken a sample, captured nothing yet and refused two strangers. */
const meterText = (): string =>
  meterMetrics({
    devices: exampleDevices().devices,
    captures: { last: () => undefined },
    refusals: new Map([['certificate-missing', 2]]),
    clock: new FakeClock(),
  });

describe('what Prometheus is told', () => {
  it('of a meter: how old its sample is and how it fares, in a form that promtool takes', async () => {
    const text = meterText();
    const checked = await runProgram(promtool, ['check', 'metrics'], { input: text });
    assert.equal(checked.code, 0, checked.stderr + checked.stdout);
    assert.equal(valueOf(text, `sealmeter_meter_sequence_number{device="${METER_ID}"}`), 101);
    assert.equal(valueOf(text, `sealmeter_meter_sample_age_seconds{device="${METER_ID}"}`), 0);
    assert.equal(valueOf(text, `sealmeter_meter_device_unreachable{device="${METER_ID}"}`), 0);
    assert.equal(valueOf(text, `sealmeter_meter_captures{device="${METER_ID}"}`), 0);
    assert.equal(valueOf(text, 'sealmeter_meter_connections_refused_total{reason="certificate-missing"}'), 2);
    for (const reason of refusalReasons) valueOf(text, `sealmeter_meter_connections_refused_total{reason="${reason}"}`);
  });

  it('counts what the collector does, in a form that promtool takes', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(3);
    await site.pass(Minutes(2));
    const text = await dasMetrics(site.store, site.collector);
    const checked = await runProgram(promtool, ['check', 'metrics'], { input: text });
    assert.equal(checked.code, 0, checked.stderr + checked.stdout);
    assert.equal(valueOf(text, 'sealmeter_das_meters'), 1);
    assert.equal(valueOf(text, 'sealmeter_das_meters_silent'), 0);
    assert.equal(valueOf(text, 'sealmeter_das_documents_stored_total{kind="capture"}'), 3);
    assert.ok(valueOf(text, 'sealmeter_das_documents_judged_total{kind="live",outcome="proven"}') >= 10);
    assert.ok(valueOf(text, 'sealmeter_das_received_bytes_total') > 10_000);
    assert.ok(valueOf(text, 'process_resident_memory_bytes') > 10_000_000);
  });

  it('says which meters are silent and which alarms are open', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.fault = fault('METER_CERTIFICATE_INVALID');
    await site.pass(Minutes(4));
    const text = await dasMetrics(site.store, site.collector);
    assert.equal(valueOf(text, 'sealmeter_das_meters_silent'), 1);
    assert.equal(valueOf(text, 'sealmeter_das_alarms_open{code="METER_NOT_TRUSTED",severity="alarm"}'), 1);
    assert.ok(valueOf(text, 'sealmeter_das_requests_total{outcome="failed"}') > 1);
    const alarms = text.split('\n').filter((line) => line.startsWith('sealmeter_das_alarms_open{'));
    assert.equal(alarms.length, alarmKindNames.length);
  });

  it('has every name that the rules and the dashboard ask for, and they have every name of ours', async (t) => {
    await using site = await CollectedSite.open(t);
    const told = namesIn((await dasMetrics(site.store, site.collector)) + meterText());
    const rules = (parse(readFileSync(deployed('alert-rules.yaml'), 'utf8')) as Rules).groups.flatMap((group) =>
      group.rules.map(({ expr }) => expr),
    );
    const dashboard = JSON.parse(readFileSync(deployed('grafana-dashboard.json'), 'utf8')) as Dashboard;
    const drawn = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    for (const expression of [...rules, ...drawn]) {
      const names = namesIn(expression);
      assert.ok(names.size > 0, expression);
      for (const name of names) assert.ok(told.has(name), `${name} of ${expression}`);
    }
    const shown = namesIn(drawn.join(' '));
    for (const name of told) assert.ok(shown.has(name), `${name} is on the dashboard`);
  });

  it('has rules, and expressions of the dashboard, that promtool understands', async () => {
    const { code, stdout, stderr } = await runProgram(promtool, ['check', 'rules', deployed('alert-rules.yaml')]);
    assert.equal(code, 0, stderr + stdout);
    assert.match(stdout, /14 rules found/);
  });

  it('keeps what is written apart from what it is written in', async () => {
    const text = writeExposition([
      { name: 'a_b', type: 'gauge', help: 'two\nlines', samples: [{ labels: { of: 'a "b" \\ c\n' }, value: 1.5 }] },
    ]);
    assert.equal(text, '# HELP a_b two\\nlines\n# TYPE a_b gauge\na_b{of="a \\"b\\" \\\\ c\\n"} 1.5\n');
  });
});
