import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { killTwoJournals } from './support/crash-lives.ts';

/** `scripts/crash-journal.mjs` asks for more. */
const LIVES = Number(process.env['SEALMETER_CRASH_LIVES'] ?? 300);

/** On a machine that has nothing else to do a life takes a tenth of a second. */
const PATIENCE = 10_000 + LIVES * 900;

test(`a writer that is killed ${LIVES} times loses nothing, repeats nothing and starts quickly`, {
  timeout: PATIENCE,
}, async (t) => {
  const reports = await killTwoJournals(temporaryFolder(), LIVES);
  assert.equal(reports[0]?.firstKept, 1, 'one keeps everything');
  assert.ok((reports[1]?.firstKept ?? 0) > 1, 'the other has let old rows go');
  for (const report of reports) {
    t.diagnostic(JSON.stringify(report));
    assert.ok(report.captures > LIVES, 'they have written much');
    assert.ok(report.killedWhileOpening > 0, 'some were killed while they opened the journal');
    assert.ok(report.slowestOpening < 5_000, `${report.slowestOpening} ms to open`);
  }
});
