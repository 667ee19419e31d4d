import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Instant, Seconds } from '#core/time.ts';
import type { DocumentEntry, DocumentKind, ReadingStore } from '#das/reading-store.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { NOW } from '../../pki/support/test-pki.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { identity, pinned } from './support/collected-site.ts';
import { ScriptedMeter, sealer } from './support/scripted-meter.ts';

const LIFE = fileURLToPath(new URL('support/collector-life.ts', import.meta.url));
const LIVES = Number(process.env['SEALMETER_CRASH_LIVES'] ?? 100);

/** What the meter journals between two lives: more than a life that is killed fetches. */
const CAPTURES = 40;

/** A meter behind HTTP, the folder of a DAS that reads it, and what that DAS has acknowledged over all its lives. */
class KilledDas implements AsyncDisposable {
  readonly clock = new FakeClock(NOW);
  readonly meter = new ScriptedMeter(this.clock);
  readonly kept = new Map<string, number>();
  readonly #folder: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  /** Told of every request for captures. */
  #onCapturesAsked = (): void => undefined;

  constructor(folder: string) {
    this.#folder = folder;
    writeFileSync(join(folder, 'das.pem'), identity.certificatePem);
    writeFileSync(join(folder, 'das.key'), identity.privateKeyPem);
    writeFileSync(join(folder, 'server.pem'), certificatesToPem([sealer.certificate]));
  }

  async begin(): Promise<void> {
    await using store = await this.openStore();
    await store.putMeter(pinned);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  openStore(): Promise<ReadingStore> {
    return openSqliteStore(join(this.#folder, 'store'));
  }

  /** Kills it while it brings captures here, some requests in: a random moment later, so that anything may be under way. */
  async killAfter(requests: number): Promise<void> {
    await this.meter.capture(CAPTURES);
    let left = requests;
    await this.#live((kill) => {
      this.#onCapturesAsked = () => {
        left -= 1;
        if (left === 0) setTimeout(kill, Math.random() * 20);
      };
    });
  }

  async killWhileItStarts(): Promise<void> {
    await this.#live((kill) => setTimeout(kill, Math.random() * 300));
  }

  /** Until everything that the meter has is here. */
  async catchUp(): Promise<void> {
    const last = `capture ${this.meter.captures.length}`;
    await this.#live((kill) => {
      this.#onCapturesAsked = () => {
        if (this.kept.has(last)) kill();
      };
    });
  }

  async #live(plan: (kill: () => void) => void): Promise<void> {
    await this.clock.advance(Seconds(1));
    const { port } = this.#server.address() as AddressInfo;
    const life = spawn(process.execPath, [LIFE, this.#folder, `${port}`, `${this.clock.now()}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.#folder, 'cache') },
    });
    const ended = once(life, 'exit');
    plan(() => life.kill('SIGKILL'));
    for await (const line of createInterface({ input: life.stdout })) this.#note(line);
    await ended;
    this.#onCapturesAsked = () => undefined;
    assert.equal(life.signalCode, 'SIGKILL', 'it was killed, and did not end by itself');
  }

  /** A line that was cut off by the kill says nothing. */
  #note(line: string): void {
    const [, outcome, what = ''] = /^(stored|known|conflict|refused) ((?:live|capture) \d+)$/.exec(line) ?? [];
    if (outcome === undefined) return;
    assert.match(outcome, /stored|known/, line);
    this.kept.set(what, (this.kept.get(what) ?? 0) + 1);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', pinned.url);
    if (url.pathname.includes('0000638000ff')) this.#onCapturesAsked();
    const { status, body } = await this.meter.get(url, request.headers as Readonly<Record<string, string>>);
    response.writeHead(status).end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function documentsOf(store: ReadingStore, kind: DocumentKind): Promise<readonly DocumentEntry[]> {
  const found: DocumentEntry[] = [];
  const range = { from: Instant(0), to: Instant(Date.UTC(2200, 0)) };
  for (;;) {
    const after = found.at(-1);
    const page = await store.documents({ meter: METER_ID, kind, range, limit: 1_000, ...(after && { after }) });
    if (page.length === 0) return found;
    found.push(...page);
  }
}

async function assertWhole({ meter, kept }: KilledDas, store: ReadingStore): Promise<void> {
  const captures = await documentsOf(store, 'capture');
  assert.deepEqual(
    captures.map(({ number }) => number),
    meter.captures.map(({ number }) => number),
    'every capture of the meter is here, once',
  );
  for (const [index, { id }] of captures.entries()) {
    const document = await store.document(id);
    assert.equal(Buffer.from(document?.bytes ?? []).toString(), meter.captures[index]?.document);
  }
  const live = await documentsOf(store, 'live');
  const numbers = live.map(({ number }) => `live ${number}`);
  assert.equal(new Set(numbers).size, numbers.length, 'no live reading is here twice');
  const acknowledged = [...kept.keys()].filter((what) => what.startsWith('live '));
  assert.ok(acknowledged.length > 0, 'live values were read too');
  assert.deepEqual(
    acknowledged.filter((what) => !numbers.includes(what)),
    [],
    'every live reading that was acknowledged is here',
  );
  assert.deepEqual(await store.alarms({ limit: 10 }), [], 'to be killed raises no alarm');
}

test(`a DAS that is killed ${LIVES} times while it collects has everything that it acknowledged, once, and misses nothing`, {
  timeout: 30_000 + LIVES * 3_000,
}, async (t) => {
  const killed = async (): Promise<void> => {
    await using das = new KilledDas(temporaryFolder(t));
    await das.begin();
    for (let life = 0; life < LIVES / 2; life += 1) {
      await (life % 10 === 9 ? das.killWhileItStarts() : das.killAfter(1 + ((life * 7) % 4)));
    }
    await das.catchUp();
    await using store = await das.openStore();
    await assertWhole(das, store);
    t.diagnostic(`${das.meter.captures.length} captures`);
  };
  await Promise.all([killed(), killed()]);
});
