import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '#core/bytes.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type Proofs, verifyJournal } from '#journal/verify.ts';
import { METER_ID } from '../../support/example-meter.ts';

export const WRITER = fileURLToPath(new URL('crash-writer.ts', import.meta.url));

interface CrashOptions {
  readonly folder: string;
  /** How many processes are started and killed. */
  readonly lives: number;
  /** Old rows go beyond so many bytes. */
  readonly retainBytes?: number;
  /** Where compiled code is kept between the lives, so that most of them is spent journaling. */
  readonly cache: string;
}

export interface CrashReport {
  readonly captures: number;
  /** Killed before the journal was open. */
  readonly killedWhileOpening: number;
  /** Captures that were committed, but whose writer died before it could say so. */
  readonly unacknowledged: number;
  /** In milliseconds. */
  readonly slowestOpening: number;
  /** The first capture that is still kept. */
  readonly firstKept: number;
}

/** What a life has said before it ended. */
export interface Life {
  readonly opened: number | undefined;
  readonly captures: readonly Acknowledged[];
}

export interface Acknowledged {
  readonly number: number;
  readonly sample: number;
  readonly hash: string;
}

/** The documents and seals of `crash-writer.ts`. */
export const crashProofs: Proofs = {
  document: (document, { sampleNumber }) =>
    Buffer.from(document).toString() === `<d><nr>${sampleNumber}</nr></d>` ? undefined : 'it is another document',
  checkpoint: (text, { signature }) =>
    createHash('sha256').update(text).digest().equals(signature) ? undefined : 'it is another text',
};

/**
 * Starts a writer again and again and kills it, now while it opens the journal, now while it writes. After each life,
 * and at last of all, nothing acknowledged is missing, and no number has come twice.
 */
async function killAgainAndAgain(options: CrashOptions): Promise<CrashReport> {
  const acknowledged: Acknowledged[] = [FIRST];
  let [killedWhileOpening, unacknowledged, slowestOpening] = [0, 0, 0];
  let livesSince = 0;
  await live({ ...options, most: 1 }, undefined);
  for (let number = 0; number < options.lives; number += 1) {
    const { opened, captures } = await live({ ...options, most: 1_000_000 }, killPlan(number));
    livesSince += 1;
    if (opened === undefined) killedWhileOpening += 1;
    slowestOpening = Math.max(slowestOpening, opened ?? 0);
    for (const capture of captures) {
      unacknowledged += assertFollows(acknowledged.at(-1) ?? FIRST, capture, livesSince);
      acknowledged.push(capture);
      livesSince = 0;
    }
  }
  const firstKept = await assertNothingLost(options.folder, acknowledged.slice(1));
  return { captures: acknowledged.length, killedWhileOpening, unacknowledged, slowestOpening, firstKept };
}

/** The capture of the first, orderly life. */
const FIRST: Acknowledged = { number: 1, sample: 1, hash: '' };

/** Each life that ended in between may have committed one capture more than it could acknowledge; nobody else did. */
function assertFollows(last: Acknowledged, capture: Acknowledged, livesSince: number): number {
  const skipped = capture.number - last.number - 1;
  assert.ok(skipped >= 0 && skipped <= livesSince, `capture ${capture.number} after ${last.number}`);
  assert.ok(capture.sample > last.sample, `sample ${capture.sample} after ${last.sample}`);
  return skipped;
}

async function assertNothingLost(folder: string, acknowledged: readonly Acknowledged[]): Promise<number> {
  const verdict = await verifyJournal(folder, crashProofs);
  assert.equal(verdict.firstBad, undefined);
  using reader = openJournalReader(folder);
  const kept = new Map(
    Array.from(reader.captures.read({ device: METER_ID }), ({ number, hash }) => [number, toHex(hash)]),
  );
  const [first = 0] = kept.keys();
  for (const { number, hash } of acknowledged.filter(({ number }) => number >= first)) {
    assert.equal(kept.get(number), hash, `capture ${number}`);
  }
  return first;
}

type KillPlan = { readonly afterMilliseconds: number } | { readonly afterLines: number };

/** One in four dies while it starts or opens the journal, the others somewhere in their work. */
const killPlan = (life: number): KillPlan =>
  life % 4 === 0 ? { afterMilliseconds: Math.random() * 250 } : { afterLines: 1 + Math.floor(Math.random() * 30) };

async function live(
  { folder, cache, retainBytes, most }: CrashOptions & { readonly most: number },
  plan: KillPlan | undefined,
): Promise<Life> {
  const child = spawn(process.execPath, [WRITER, folder, String(most), String(retainBytes ?? '')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  const kill = (): boolean => child.kill('SIGKILL');
  const timer =
    plan !== undefined && 'afterMilliseconds' in plan ? setTimeout(kill, plan.afterMilliseconds) : undefined;
  const mostLines = plan !== undefined && 'afterLines' in plan ? plan.afterLines : Number.POSITIVE_INFINITY;
  let said = '';
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > mostLines) kill();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  assert.ok(code === null || (code === 0 && plan === undefined), `the writer failed by itself:\n${complaint}`);
  return parseLife(said);
}

/** The last line may have been cut off: what was not said whole was not acknowledged. */
export function parseLife(said: string): Life {
  const lines = said
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '));
  const opened = lines.find(([what]) => what === 'opened')?.[1];
  const captures = lines
    .filter(([what]) => what === 'capture')
    .map(([, number, sample, hash = '']) => ({ number: Number(number), sample: Number(sample), hash }));
  return { opened: opened === undefined ? undefined : Number(opened), captures };
}

/** Two journals at once, one for each core: one that keeps everything, one that lets old rows go all the time. */
export async function killTwoJournals(folder: string, lives: number): Promise<readonly CrashReport[]> {
  const cache = join(folder, 'cache');
  const half = Math.ceil(lives / 2);
  return Promise.all([
    killAgainAndAgain({ folder: join(folder, 'keeping'), lives: half, cache }),
    killAgainAndAgain({ folder: join(folder, 'letting-go'), lives: half, cache, retainBytes: 90_000 }),
  ]);
}
