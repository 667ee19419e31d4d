// npm test: sets everything up, checks, runs every test and a short bench, and ends with "N passed, N failed".
// With file names as arguments it runs those tests alone.
import { spawnSync } from 'node:child_process';
import { runCardTests } from './card-tests.mjs';
import { check, numberOfChecks } from './check.mjs';
import { runTests } from './run-tests.mjs';
import { environmentOf, provideNode, providePackages, providePage, providePrograms, root } from './setup.mjs';

const chosen = process.argv.slice(2);
const node = provideNode();
providePackages();
providePage();
providePrograms();

const total =
  chosen.length > 0
    ? runTests(node, chosen)
    : add(runChecks(), runTests(node, allTests()), runCardTests(node), runBenchSmoke());
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
