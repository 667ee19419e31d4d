// npm test: sets everything up, checks, runs every test and a short bench, and ends with "N passed, N failed".
// With file names as arguments it runs those tests alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, numberOfChecks } from './check.mjs';
import { environmentOf, provideNode, providePackages, providePrograms, root } from './setup.mjs';

const node = provideNode();
providePackages();
providePrograms();

const chosen = process.argv.slice(2);
const total = chosen.length > 0 ? runTests(chosen) : add(runChecks(), runTests(allTests()), runBenchSmoke());
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

function runChecks() {
  const failed = check(node).length;
  return { passed: numberOfChecks - failed, failed };
}

function allTests() {
  const found = spawnSync(node, ['-p', 'JSON.stringify(require("fs").globSync("test/**/*.test.ts"))'], { cwd: root });
  return JSON.parse(found.stdout.toString()).sort();
}

function runTests(files) {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-test-'));
  const counts = join(folder, 'counts.json');
  const result = spawnSync(
    node,
    [
      '--test',
      '--test-concurrency=2',
      '--test-timeout=300000',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=./scripts/count-reporter.mjs',
      `--test-reporter-destination=${counts}`,
      ...files,
    ],
    { cwd: root, stdio: 'inherit', env: environmentOf(node) },
  );
  const counted = JSON.parse(readFileSync(counts, 'utf8') || '{"passed":0,"failed":0}');
  rmSync(folder, { recursive: true });
  // A runner that died without a word has failed, whatever it counted.
  return result.status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

function runBenchSmoke() {
  process.stdout.write('bench: a short run, to see that it works\n');
  const result = spawnSync(node, ['bench/main.ts', '--smoke'], {
    cwd: root,
    stdio: 'inherit',
    env: environmentOf(node),
  });
  return result.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function add(...counts) {
  return {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    failed: counts.reduce((sum, count) => sum + count.failed, 0),
  };
}
