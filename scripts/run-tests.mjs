// Runs test files with node:test and counts what passed and what did not.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, root } from './setup.mjs';

/** @param within a program and its arguments that the tests are to run in */
export function runTests(node, files, { concurrency = 2, within = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-test-'));
  const counts = join(folder, 'counts.json');
  const [program, ...args] = [
    ...within,
    node,
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-timeout=300000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/count-reporter.mjs',
    `--test-reporter-destination=${counts}`,
    ...files,
  ];
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: environmentOf(node) });
  const counted = JSON.parse(contentOf(counts) || '{"passed":0,"failed":0}');
  rmSync(folder, { recursive: true });
  // A runner that died without a word has failed, whatever it counted.
  return result.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
