import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { systemClock } from '#core/clock.ts';
import { Instant } from '#core/time.ts';
import { certificateIdHashes } from '#pki/ocsp-certificate-id.ts';
import { OCSP_LIMITS, ocspClient } from '#pki/ocsp-client.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { DEFAULT_FRESHNESS, type RevocationSource } from '#pki/revocation-statement.ts';
import { exportKey } from '#pki/signing-key.ts';
import { program } from '../support/programs.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { makeOcspWorld, type OcspWorld, REVOKED_AT } from './support/ocsp-world.ts';
import type { TestIdentity } from './support/test-pki.ts';

/** `YYMMDDHHMMSSZ`, as the index of `openssl ca` has it. */
const indexTime = (instant: Instant): string =>
  new Date(instant).toISOString().slice(2, 19).replaceAll(/[-T:]/g, '').concat('Z');

const indexLine = ({ certificate }: TestIdentity, revokedAt?: Instant): string =>
  [
    revokedAt === undefined ? 'V' : 'R',
    indexTime(certificate.notAfter),
    revokedAt === undefined ? '' : `${indexTime(revokedAt)},keyCompromise`,
    certificate.serial.toUpperCase(),
    'unknown',
    `/CN=${certificate.serial}`,
  ].join('\t');

/** `ACCEPT [::]:37727 PID=7053` is the first thing that it says. */
const portOf = (responder: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    responder.stdout?.on('data', (text) => {
      said += String(text);
      const port = /^ACCEPT .*:(\d+) /m.exec(said)?.[1];
      if (port !== undefined) resolve(port);
    });
    responder.once('close', () => reject(new Error(`openssl ocsp: ${said}`)));
  });

describe('our OCSP client agrees with the responder of openssl', () => {
  let world: OcspWorld;
  let folder: TemporaryFolder;
  let responder: ChildProcess;
  let url: string;

  before(async () => {
    world = await makeOcspWorld('theirs', Instant(Date.now()));
    folder = await temporaryFolder();
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder.path, name), content, { mode: 0o600 });
      return join(folder.path, name);
    };
    const files = {
      index: file('index.txt', `${indexLine(world.good)}\n${indexLine(world.revoked, REVOKED_AT)}\n`),
      rsigner: file('r.pem', certificatesToPem([world.delegate.certificate])),
      rkey: file('r.key', exportKey(world.delegate.privateKey)),
      CA: file('sub.pem', certificatesToPem([world.sub.certificate])),
    };
    const options = Object.entries(files).flatMap(([name, path]) => [`-${name}`, path]);
    responder = spawn(program('openssl'), ['ocsp', '-port', '0', '-nmin', '60', ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    url = `http://127.0.0.1:${await portOf(responder)}`;
  });
  after(async () => {
    responder.kill();
    await folder[Symbol.asyncDispose]();
  });

  for (const certificateIdHash of certificateIdHashes) {
    const client = (): RevocationSource =>
      ocspClient({
        fetch,
        clock: systemClock,
        limits: OCSP_LIMITS,
        freshness: DEFAULT_FRESHNESS,
        certificateIdHash,
        responderUrl: url,
      });

    it(`on what is good, revoked and unknown, with ${certificateIdHash}`, async () => {
      const ask = async ({ certificate }: TestIdentity) =>
        (await client().ask(certificate, world.sub.certificate)).status;
      assert.deepEqual(await ask(world.good), { status: 'good' });
      assert.deepEqual(await ask(world.unknown), { status: 'unknown' });
      const at = Instant(REVOKED_AT - (REVOKED_AT % 1_000));
      assert.deepEqual(await ask(world.revoked), { status: 'revoked', revocation: { at, reason: 'keyCompromise' } });
    });
  }
});
