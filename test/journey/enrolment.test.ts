import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { addTime, Days, Instant } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import { readCertificates } from '#pki/certificate.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { issueKeyPair } from '#pki/key-pair-files.ts';
import { builtInProfiles } from '#pki/profiles.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

const openssl = program('openssl');

const LDEV = '1sie0012345678.sm';
const ENERGY = `/cosem/ldevs/${LDEV}/objects/3-0100010800ff/attributes/2`;
/** What each CA of the EST server issues certificates for. */
const PURPOSES = { tls: 'tls-server', 'tls-client': 'tls-client' } as const;
type Label = keyof typeof PURPOSES;

/** How long anything may take to come about. */
const PATIENCE = 20_000;

describe('a meter whose certificate comes from a CA, and is renewed while it serves', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-enrolment-'));
  const file = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  let est: RunningCommand;
  let simulator: RunningCommand;
  let meter: RunningCommand;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    const hosts = ['--host', 'localhost', '--host', '127.0.0.1'];
    est = await startCommand(['pki', 'est', '--dir', file('pki'), '--listen', '127.0.0.1:0', ...hosts]);
    simulator = await startCommand(['simulate', 'pac3200']);
  });
  after(async () => {
    for (const command of [meter, simulator, est]) await command.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  async function passwordFor(user: string, label: string): Promise<readonly string[]> {
    const made = await sealmeter(['pki', 'est-password', '--dir', file('pki'), '--label', label, '--user', user]);
    assert.equal(made.code, 0, made.stderr);
    writeFileSync(file(`${user}.password`), made.stdout, { mode: 0o600 });
    return ['--user', user, '--password-file', file(`${user}.password`)];
  }

  const enrolment = (name: string, subject: string, label: Label, ...more: readonly string[]) => {
    const what = ['--certificate', file(`${name}.pem`), '--subject', `CN=${subject}`, '--purpose', PURPOSES[label]];
    const where = ['--ca', file('meter/root.pem'), '--est', est.ready, '--label', label];
    return ['pki', 'enrol', ...what, ...where, ...more];
  };
  const meterHosts = ['--host', 'localhost', '--host', '127.0.0.1'];

  const configuration = (): string =>
    writeMeterConfiguration(folder, {
      tls: { certificate: 'own.pem', key: 'own.key', clientRoots: ['root.pem'] },
      devices: [deviceAt(simulator.ready)],
      requests: { perSecond: 100_000, burst: 100_000 },
    });

  test('the root by its fingerprint, the first certificate by a password, the key made in place', async () => {
    const shown = await runProgram(openssl, [
      'x509',
      '-in',
      file('pki/tls-root.pem'),
      '-noout',
      '-fingerprint',
      '-sha256',
    ]);
    const first = ['--fingerprint', shown.stdout.trim(), ...(await passwordFor(LDEV, 'tls')), ...meterHosts];
    const enrolled = await sealmeter(enrolment('meter/own', LDEV, 'tls', ...first));
    assert.equal(enrolled.code, 0, enrolled.stderr);
    const chain = ['-CAfile', file('pki/tls-root.pem'), '-untrusted', file('meter/own.pem')];
    const verified = await runProgram(openssl, ['verify', '-x509_strict', ...chain, file('meter/own.pem')]);
    assert.equal(verified.code, 0, verified.stderr);
    meter = await startCommand(['meter', '--config', configuration()]);
  });

  test('another takes its place: every request is answered, and whoever comes then meets the new one', async () => {
    const former = read('meter/own.pem');
    const load = new Load({
      url: `${meter.ready}${ENERGY}`,
      ca: read('meter/root.pem'),
      das: (name) => read(`das/${name}`),
    });
    load.begin(4);
    const renewed = await sealmeter(enrolment('meter/own', LDEV, 'tls', ...meterHosts));
    assert.equal(renewed.code, 0, renewed.stderr);
    assert.notEqual(read('meter/own.pem'), former);
    const [{ serial }] = readCertificates(Buffer.from(read('meter/own.pem')));
    await load.until(() => load.met.has(serial), AbortSignal.timeout(PATIENCE));
    await load.end();
    assert.deepEqual(load.failures, []);
    assert.deepEqual([...load.met], [readCertificates(Buffer.from(former))[0].serial, serial]);
    assert.ok(load.answers > 20, `${load.answers} answers`);
    assert.match(meter.said(), /"why":"a file has changed".*"event":"meter\.reloaded"/);
  });

  test('one that has long expired is renewed by the second way, at once, by whoever keeps it', async () => {
    const past = addTime(Instant(Date.now()), Days(-900));
    const order = {
      profile: builtInProfiles()['tls-client'],
      subject: parseName('CN=reader'),
      altNames: [],
      now: past,
    };
    const files = { certificate: file('das/reader.pem'), key: file('das/reader.key') };
    const authority = await openAuthority(file('pki'), 'tls-sub');
    const expired = await issueKeyPair(authority, order, files, [authority.certificate]);
    assert.ok(expired.notAfter < Date.now());
    const keep = enrolment(
      'das/reader',
      'reader',
      'tls-client',
      ...(await passwordFor('reader', 'tls-client')),
      '--keep',
    );
    await using keeper = await startCommand(keep);
    const signal = AbortSignal.timeout(PATIENCE);
    while (!/^installed$/m.test(keeper.said())) {
      await once(keeper.child.stderr, 'data', { signal }).catch(() => assert.fail(keeper.said()));
    }
    assert.match(keeper.said(), /"code":"ENROLMENT_OWN_CERTIFICATE_EXPIRED"/);
    assert.match(keeper.said(), /"way":"EST, by one-time password".*"event":"enrolment\.installed"/);
    assert.ok(readCertificates(Buffer.from(read('das/reader.pem')))[0].notAfter > Date.now());
    assert.deepEqual(readdirSync(file('das/reader.versions')).toSorted(), ['0001', '0002', 'current']);
    assert.equal(await keeper.stop('SIGTERM'), 0);
  });
});

interface LoadParts {
  readonly url: string;
  readonly ca: string;
  /** The file of that name of the client. */
  readonly das: (name: string) => string;
}

/** Requests one after the other on kept connections, by a client that tries nothing twice. */
class Load {
  readonly #parts: LoadParts;
  readonly #agent: Agent;
  readonly #running: Promise<void>[] = [];
  #ended = false;
  #look: () => void = () => {};
  answers = 0;
  readonly failures: string[] = [];
  /** Serial numbers of the certificates that the meter has shown, in this order. */
  readonly met = new Set<string>();

  constructor(parts: LoadParts) {
    this.#parts = parts;
    const { ca, das } = parts;
    // Without a cache of sessions: on a resumed one Node.js shows no certificate.
    const identity = { cert: das('tls.pem'), key: das('tls.key'), ca };
    this.#agent = new Agent({ keepAlive: true, maxCachedSessions: 0, ...identity });
  }

  begin(clients: number): void {
    for (let client = 0; client < clients; client += 1) this.#running.push(this.#askOnAndOn());
  }

  async until(isReached: () => boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => reject(new Error(`met only ${[...this.met].join(', ')}`)));
    this.#look = () => {
      if (isReached()) resolve();
    };
    await promise;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #askOnAndOn(): Promise<void> {
    while (!this.#ended) {
      await this.#ask().then(
        () => (this.answers += 1),
        (error: unknown) => this.failures.push(String(error)),
      );
      this.#look();
    }
  }

  #ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#parts.url, { agent: this.#agent }, (answer) => {
        this.met.add((answer.socket as TLSSocket).getPeerCertificate().serialNumber.toLowerCase());
        answer.resume().on('error', reject);
        answer.on('end', () => (answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`))));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }
}
