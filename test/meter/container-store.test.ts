import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileContainers } from '#meter/container-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('containers outlive the service, for their owner alone', () => {
  const state = join(temporaryFolder(), 'state');
  const store = new FileContainers(state);
  store.put('a', '<container/>');
  store.put('b', '<other/>');
  store.put('a', '<container id="2"/>');
  store.delete('b');
  assert.deepEqual([...new FileContainers(state).entries()], [['a', '<container id="2"/>']]);
  assert.equal(statSync(join(state, 'containers.json')).mode & 0o777, 0o600);
});

test('a file that is damaged is not taken for an empty one', () => {
  const state = temporaryFolder();
  writeFileSync(join(state, 'containers.json'), '[["a"');
  assert.throws(() => new FileContainers(state), { code: 'CONTAINERS_UNREADABLE' });
});
