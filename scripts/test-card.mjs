// npm run test:card: the signer on a virtual smart card, with the machine's own smart card daemon in between. It is apart
// from npm test because PC/SC has one daemon for the whole machine, which only root may start.
import { spawnSync } from 'node:child_process';
import { environmentOf, provideNode, providePackages, providePrograms, root } from './setup.mjs';

const node = provideNode();
providePackages();
providePrograms('card');

if (process.getuid?.() !== 0) {
  process.stderr.write('sealmeter: the virtual card needs its own pcscd. Run as root:\n\n  npm run test:card\n\n');
  process.exit(1);
}

const result = spawnSync(node, ['--test', '--test-concurrency=1', '--test-timeout=300000', 'test/card/*.card.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: environmentOf(node),
});
process.exitCode = result.status ?? 1;
