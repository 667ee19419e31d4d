// The signer on a virtual smart card, with a smart card daemon in between. PC/SC has one daemon for the whole machine, at
// a fixed place below /run; ours gets a /run of its own, so that it meets no other and needs no root.
import { spawnSync } from 'node:child_process';
import { runTests } from './run-tests.mjs';

const FILES = ['test/card/*.card.ts'];

const WITH_OWN_RUN = [
  'unshare',
  '--map-root-user',
  '--mount',
  '--',
  'sh',
  '-c',
  'mount -t tmpfs run /run && exec "$@"',
  'sh',
];

/** Where it can run neither in a /run of its own nor as root, that is a failure that says what is missing. */
export function runCardTests(node) {
  process.stdout.write('card: the signer on a virtual smart card\n');
  const within = surroundings();
  if (within !== undefined) return runTests(node, FILES, { concurrency: 1, within });
  process.stdout.write(
    'sealmeter: the virtual card needs a smart card daemon (pcscd) of its own: allow this user a mount namespace\n' +
      '(sysctl kernel.unprivileged_userns_clone=1), or run as root: npm run test:card\n',
  );
  return { passed: 0, failed: 1 };
}

/** A container may refuse name spaces even to root, who can do without where no other daemon runs. */
function surroundings() {
  const [program, ...args] = WITH_OWN_RUN;
  if (spawnSync(program, [...args, 'true']).status === 0) return WITH_OWN_RUN;
  return process.getuid?.() === 0 ? [] : undefined;
}
