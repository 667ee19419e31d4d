import { pathToFileURL } from 'node:url';
import { toHex } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import type { ExitCode, Terminal } from './command.ts';
import { commandGroup } from './command-group.ts';

const run = commandGroup('sealmeter', {
  demo: {
    summary: 'A simulated meter, its PKI and the service, all on this machine.',
    load: async () => (await import('./demo.ts')).demo,
  },
  meter: { summary: 'The service in front of real meters.', load: async () => (await import('./meter.ts')).meter },
  das: {
    summary: 'The DAS: reads many meters, verifies, keeps and shows.',
    load: async () => (await import('./das.ts')).das,
  },
  simulate: { summary: 'A simulated meter alone.', load: async () => (await import('./simulate.ts')).simulate },
  get: { summary: 'One request; verifies the answer.', load: async () => (await import('./get.ts')).get },
  'sign-request': {
    summary: 'The signature headers of a request, for curl.',
    load: async () => (await import('./sign-request.ts')).signRequest,
  },
  verify: { summary: 'Verifies sealed documents offline.', load: async () => (await import('./verify.ts')).verify },
  journal: {
    summary: "Proves, exports, backs up and restores a meter's journal.",
    load: async () => (await import('./journal.ts')).journal,
  },
  exchange: {
    summary: 'Records that a measuring device was exchanged.',
    load: async () => (await import('./exchange.ts')).exchange,
  },
  doctor: {
    summary: 'Looks at an installation and says how to mend it.',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  token: { summary: 'Lists PKCS#11 tokens, makes keys.', load: async () => (await import('./token.ts')).token },
  pki: { summary: 'Makes and tends the two PKIs.', load: async () => (await import('./pki.ts')).pki },
});

/** Runs one command line to its end. Never throws. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    if (args[0] === '--version') return await showVersion(terminal);
    return await run(args, terminal);
  } catch (error) {
    return explain(error, terminal);
  }
}

async function showVersion(terminal: Terminal): Promise<ExitCode> {
  const { readProgram } = await import('#meter/program.ts');
  const { version, sha256 } = readProgram();
  terminal.write(`sealmeter ${version}, SHA-256 ${toHex(sha256)}, Node.js ${process.versions.node}\n`);
  return 0;
}

/** What was wrong, where, and what to do; whose fault it is decides the exit code. */
function explain(thrown: unknown, terminal: Terminal): ExitCode {
  const error = ofFileSystem(thrown) ?? thrown;
  if (!(error instanceof SealmeterError)) {
    terminal.say(`sealmeter: this is a fault of sealmeter itself: ${reasonOf(error)}\n`);
    if (error instanceof Error && error.stack !== undefined) terminal.say(`${error.stack}\n`);
    return 1;
  }
  terminal.say(`sealmeter: ${error.message} [${error.code}]\n`);
  if (error.mend !== undefined) terminal.say(`  ${error.mend}\n`);
  return error.fault === 'configuration' ? 2 : 1;
}

/** What the operating system says of a file is for whoever named it to mend, wherever it was met. */
const FILE_SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'let the user that runs sealmeter read and write it, or name another place',
  EPERM: 'let the user that runs sealmeter read and write it, or name another place',
  EROFS: 'name a place on a file system that can be written',
  ENOSPC: 'make room on the disk, or name a place on another',
  ENOENT: 'see that the folder exists, or correct the path',
  ENOTDIR: 'correct the path: a part of it is a file',
  EISDIR: 'name a file: this is a folder',
  EEXIST: 'name another, or move away what is there',
};

function ofFileSystem(thrown: unknown): SealmeterError | undefined {
  const { code = '', path } = (thrown instanceof Error ? thrown : {}) as NodeJS.ErrnoException;
  const mend = FILE_SYSTEM[code];
  if (mend === undefined || path === undefined) return undefined;
  return new SealmeterError('configuration', 'FILE_UNUSABLE', reasonOf(thrown), { mend, cause: thrown });
}

/** Ctrl-C goes to every process of a terminal, and launchers (npm, our own) pass it on to what they have started: so soon it is the same. */
const ECHO: Duration = Milliseconds(500);

/** The terminal of this process. SIGINT and SIGTERM ask a running command to stop; a second one does not wait. */
function processTerminal(): Terminal {
  const controller = new AbortController();
  let asked = Milliseconds(0);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = systemClock.monotonic();
      if (!controller.signal.aborted) asked = now;
      else if (now - asked > ECHO) process.exit(1);
      controller.abort(new Error(signal));
    });
  }
  return {
    write: (text) => process.stdout.write(text),
    say: (text) => process.stderr.write(text),
    stop: controller.signal,
    environment: process.env,
  };
}

// Whoever stops reading our output (`sealmeter … | head`) is no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const code = await main(process.argv.slice(2), processTerminal());
  // Leaving by itself, Node.js 24 closes what is left open first, and has been seen to wait for that for ever after its
  // standard input had ended. What was written goes out before.
  process.stdout.write('', () => process.exit(code));
}
