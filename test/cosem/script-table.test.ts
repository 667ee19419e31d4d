import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { type CosemObject, createObject } from '#cosem/interface-class.ts';
import { methodAction, runScript, type Script, scriptTable, writeAction } from '#cosem/script-table.ts';
import { choice, i8, list, name, struct, u16 } from './support/data.ts';
import { StandardMeter, verdict, zero } from './support/standard-meter.ts';

const BREAKER = parseObis('0-0:96.3.10.255');

const meter = () => new StandardMeter();
const table = (...scripts: readonly Script[]): CosemObject =>
  createObject(scriptTable, { logicalName: parseObis('0-0:10.0.99.255'), name: 'scripts', scripts });

const twoSteps: Script = {
  identifier: 7,
  actions: [writeAction(70, BREAKER, 4, choice(2)), methodAction(70, BREAKER, 1)],
};

test('scripts are read as the Blue Book writes them', () => {
  assert.deepEqual(
    table(twoSteps).read(2, meter().device.snapshot()),
    list(
      struct(
        u16(7),
        list(
          struct(choice(1), u16(70), name('0-0:96.3.10.255'), i8(4), choice(2)),
          struct(choice(2), u16(70), name('0-0:96.3.10.255'), i8(1), zero),
        ),
      ),
    ),
  );
});

test('a script takes its steps in order, each recorded', async () => {
  const own = meter();
  assert.equal(verdict(await table(twoSteps).invoke(1, u16(7), own.context())), 'done');
  assert.deepEqual(own.sink.taken(), [
    'script-executed by grid',
    'setting-changed by grid',
    'disconnect-ordered by grid',
  ]);
  assert.equal(own.breaker.current, 'disconnected');
});

test('a step that is refused ends the script', async () => {
  const own = meter();
  const script: Script = {
    identifier: 1,
    actions: [writeAction(70, BREAKER, 2, choice(2)), methodAction(70, BREAKER, 1)],
  };
  assert.equal(verdict(await table(script).invoke(1, u16(1), own.context())), 'ATTRIBUTE_READ_ONLY');
  assert.deepEqual(own.sink.taken(), ['script-executed by grid', 'order-failed by grid']);
  assert.equal(own.breaker.current, 'connected');
});

test('a step on an object that is not there is refused', async () => {
  const script: Script = { identifier: 1, actions: [methodAction(70, parseObis('0-0:96.3.11.255'), 1)] };
  assert.equal(verdict(await table(script).invoke(1, u16(1), meter().context())), 'OBJECT_UNDEFINED');
});

test('a script that is not there is refused, and nobody writes one', async () => {
  const own = table(twoSteps);
  assert.equal(verdict(await own.invoke(1, u16(8), meter().context())), 'VALUE_NOT_ALLOWED');
  assert.equal(verdict(await own.write(2, list(), meter().context())), 'ATTRIBUTE_READ_ONLY');
});

test('a call names a script elsewhere; number 0 is none', async () => {
  const own = meter();
  const breakerScripts = parseObis('0-0:10.0.106.255');
  assert.equal(verdict(await runScript({ table: breakerScripts, selector: 1 }, own.context())), 'done');
  assert.equal(own.breaker.current, 'disconnected');
  own.sink.taken();
  assert.equal(verdict(await runScript({ table: breakerScripts, selector: 0 }, own.context())), 'done');
  assert.deepEqual(own.sink.taken(), []);
  const nowhere = { table: parseObis('0-0:10.0.98.255'), selector: 1 };
  assert.equal(verdict(await runScript(nowhere, own.context())), 'OBJECT_UNDEFINED');
});
