import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { dasSchema } from '#cli/das-schema.ts';
import { alarmKinds } from '#das/alarm-kinds.ts';
import { eventName } from '#das/event-names.ts';
import { eventOfCode } from '#journal/event-codes.ts';

const page = readFileSync(new URL('../../../docs/das.md', import.meta.url), 'utf8');

it('docs/das.md says of every alarm what it means and when it is over', () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (alarm|warning) \| (.+) \| (.+) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  const table = Object.values(alarmKinds).map(({ code, severity, says, clears, byItself }) => [
    code,
    severity,
    says,
    byItself ? clears : `${clears}: acknowledge it`,
  ]);
  assert.deepEqual(rows, table);
});

it('docs/das.md names every part of the configuration', () => {
  for (const part of Object.keys(dasSchema.properties).filter((name) => !['timeZone', 'demo', 'log'].includes(name))) {
    assert.ok(page.includes(`\`${part}\``), part);
  }
});

it("the names of events are those of the meter's table", () => {
  for (let code = 1; code < 1_000; code += 1) {
    assert.equal(eventName(code), eventOfCode(code) ?? `event-${code}`);
  }
});
