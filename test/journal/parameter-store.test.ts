import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseObis } from '#core/obis.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { arbitraryData } from '../representation/arbitrary-data.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { open } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

const address = { ldev: METER_ID, classId: 3, logicalName: parseObis('1-0:1.8.0.255'), attribute: 2 };

test('whatever was put last is there, and outlives the service', () => {
  const folder = temporaryFolder();
  fc.assert(
    fc.property(arbitraryData, arbitraryData, (first, second) => {
      {
        using journal = open(folder);
        journal.parameters.put(address, first);
        assert.deepEqual(journal.parameters.get(address), first);
        journal.parameters.put(address, second);
      }
      using journal = open(folder);
      assert.deepEqual(journal.parameters.get(address), second);
    }),
    { numRuns: 40 },
  );
});

test('each attribute of each object of each device has its own', () => {
  using journal = open(temporaryFolder());
  const others = [
    { ...address, attribute: 3 },
    { ...address, classId: 4 },
    { ...address, ldev: '1sie0087654321.sm' },
    { ...address, logicalName: parseObis('1-0:2.8.0.255') },
  ];
  const value: CosemData = { type: 'boolean', value: true };
  journal.parameters.put(address, value);
  for (const other of others) assert.equal(journal.parameters.get(other), undefined);
  assert.deepEqual(journal.parameters.get(address), value);
});

test('what is put together with its event is put with it or not at all', () => {
  using journal = open(temporaryFolder());
  const half = (): void => {
    journal.parameters.put(address, { type: 'null-data' });
    throw new Error('half-way');
  };
  assert.throws(() => journal.together(half), /half-way/);
  assert.equal(journal.parameters.get(address), undefined);
});

test('a parameter that somebody has changed in the file is not read', () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    journal.parameters.put(address, { type: 'boolean', value: true });
  }
  tamper(folder, "UPDATE parameters SET value = replace(value, 'true', 'false')");
  using journal = open(folder);
  assert.throws(() => journal.parameters.get(address), { code: 'JOURNAL_DAMAGED' });
});
