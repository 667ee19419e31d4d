import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { utf8 } from '#core/bytes.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import type { SignatureAlgorithmId } from '#crypto/algorithms.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { certificateId, nodeCrypto, publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import { ModuleProcess, startModuleWorker } from '#crypto/pkcs11/module-process.ts';
import { openPkcs11Signer, type Pkcs11Signer, type Pkcs11SignerOptions } from '#crypto/pkcs11-signer.ts';
import { spkiOfCertificate } from '#crypto/spki.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { SoftHsm, type SoftKey, type SoftToken } from '../support/softhsm.ts';

// Against SoftHSM, whose tokens are folders. What it cannot do (pull a card, lock a PIN, hang) a fake token does in
// pkcs11-recovery.test.ts, and a virtual card in test/card/.

const hsm = new SoftHsm();
const token = hsm.addToken('meter');
const folder = mkdtempSync(join(tmpdir(), 'sealmeter-pkcs11-'));
after(() => {
  hsm[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const DATA = utf8('a document');
const POLL = Milliseconds(20);

const optionsFor = (key: SoftKey, on: SoftToken = token): Pkcs11SignerOptions => ({
  module: hsm.module,
  token: { label: on.label, serial: on.serial },
  key: { id: key.id },
  certificate: key.certificate,
  readPin: () => on.pin,
  clock: systemClock,
  log: silentLog,
  pollPeriod: POLL,
});

const becomes = (signer: Pkcs11Signer, wanted: Pkcs11Signer['state']): Promise<void> =>
  new Promise((resolve) => {
    const stop = signer.onState((state) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
    if (signer.state === wanted) resolve();
  });

describe('a signer on a token', () => {
  const curves: readonly (readonly [string, SignatureAlgorithmId, number])[] = [
    ['a1', 'ecdsa-p256-sha256', 64],
    ['a2', 'ecdsa-p384-sha384', 96],
    ['a3', 'ecdsa-p192-sha256', 48],
  ];
  for (const [id, algorithm, size] of curves) {
    it(`makes ${algorithm} signatures that Node.js and openssl verify`, async () => {
      const key = hsm.addKey(token, id, algorithm);
      await using signer = await openPkcs11Signer(optionsFor(key));
      const publicKey = publicKeyOfCertificate(key.certificate);
      assert.equal(signer.algorithm, publicKey.algorithm);
      assert.equal(signer.keyId, certificateId(key.certificate));
      for (const data of [DATA, utf8(''), new Uint8Array(100_000).fill(7)]) {
        const signature = await signer.sign(data);
        assert.equal(signature.length, size);
        assert.ok(nodeCrypto.verify(publicKey, data, signature));
        assert.equal(verifyWithOpenssl(key, data, signature), 'Verified OK\n');
      }
    });
  }

  it('finds its key by label as well', async () => {
    const key = hsm.addKey(token, 'a4');
    await using signer = await openPkcs11Signer({ ...optionsFor(key), key: { label: key.label } });
    assert.equal(signer.state, 'ready');
  });

  it('leaves the event loop free while the token computes', async () => {
    const key = hsm.addKey(token, 'a5');
    await using signer = await openPkcs11Signer({ ...optionsFor(key), artificialDelay: Milliseconds(240) });
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const before = performance.now();
    await signer.sign(DATA);
    clearInterval(ticking);
    assert.ok(performance.now() - before >= 240);
    assert.ok(turns > 20, `${turns} turns`);
  });

  it('shares its module with a second one, and the first that ends leaves it to the other', async () => {
    const keys = [hsm.addKey(token, 'a6'), hsm.addKey(token, 'a7')] as const;
    const [first, second] = await Promise.all([
      openPkcs11Signer(optionsFor(keys[0])),
      openPkcs11Signer(optionsFor(keys[1])),
    ]);
    const signatures = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? first : second).sign(DATA)),
    );
    for (const [index, signature] of signatures.entries()) {
      assert.ok(nodeCrypto.verify(publicKeyOfCertificate(keys[index % 2 === 0 ? 0 : 1].certificate), DATA, signature));
    }
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    assert.equal((await second.sign(DATA)).length, 64);
    await second[Symbol.asyncDispose]();
    await assert.rejects(second.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
  });
});

describe('a token that goes and comes', () => {
  it('signs again after it was taken out and put back', async () => {
    const other = hsm.addToken('goes and comes');
    const key = hsm.addKey(other, 'b1');
    await using signer = await openPkcs11Signer(optionsFor(key, other));
    hsm.takeOut(other);
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    assert.equal(signer.problem?.code, 'TOKEN_ABSENT');
    hsm.putBack(other);
    await becomes(signer, 'ready');
    assert.equal((await signer.sign(DATA)).length, 64);
  });

  it('may be put in after the start', async () => {
    const other = hsm.addToken('comes later');
    const key = hsm.addKey(other, 'b2');
    hsm.takeOut(other);
    await using signer = await openPkcs11Signer(optionsFor(key, other));
    assert.equal(signer.state, 'away');
    hsm.putBack(other);
    await becomes(signer, 'ready');
  });

  it('whose key was deleted never signs, and does when another certificate is configured', async () => {
    const other = hsm.addToken('key deleted');
    const key = hsm.addKey(other, 'b3');
    await using signer = await openPkcs11Signer(optionsFor(key, other));
    hsm.deleteKey(other, key);
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    assert.equal(signer.problem?.code, 'TOKEN_KEY_MISSING');
    const successor = hsm.addKey(other, 'b3');
    await new Promise<void>((resolve) => {
      const stop = signer.onState((_, problem) => {
        if (problem?.code !== 'TOKEN_KEY_NOT_OF_CERTIFICATE') return;
        stop();
        resolve();
      });
    });
    await assert.rejects(signer.sign(DATA), { code: 'SIGNER_UNAVAILABLE' });
    await using second = await openPkcs11Signer(optionsFor(successor, other));
    assert.equal(second.state, 'ready');
  });
});

describe('the process of a module', () => {
  const key = hsm.addKey(token, 'b4');

  /** A module whose processes a test can see; `artificialDelay` in milliseconds. */
  async function openModule(clock: Clock, artificialDelay = 0) {
    const workers: ChildProcess[] = [];
    const module = new ModuleProcess(() => {
      const worker = startModuleWorker(hsm.module);
      workers.push(worker);
      return worker;
    }, clock);
    const open = async (delay = 0): Promise<string> => {
      const { session } = await module.open({ token, artificialDelay: delay });
      await module.login(session, token.pin);
      await module.useKey(session, { id: key.id }, spkiOfCertificate(key.certificate));
      return session;
    };
    return { module, workers, open, session: await open(artificialDelay) };
  }

  it('is replaced when it crashes, and no session outlives it', async () => {
    const { module, workers, open, session } = await openModule(systemClock, 200);
    const lost = assert.rejects(module.sign(session, DATA), { code: 'TOKEN_PROCESS_ENDED', message: /SIGSEGV/ });
    workers[0]?.kill('SIGSEGV');
    await lost;
    await assert.rejects(module.sign(session, DATA), { code: 'TOKEN_FAILED', message: /this session ended/ });
    assert.equal((await module.sign(await open(), DATA)).length, 64);
    assert.equal(workers.length, 2);
    await module.end();
  });

  it('is killed and replaced when it does not answer', async () => {
    const clock = new FakeClock();
    const { module, workers, open, session } = await openModule(clock, 600_000);
    const silent = assert.rejects(module.sign(session, DATA), { code: 'TOKEN_SILENT' });
    const behind = assert.rejects(module.sign(session, DATA), { code: 'TOKEN_FAILED' });
    await clock.advance(Seconds(4));
    await Promise.all([silent, behind]);
    assert.equal(workers[0]?.signalCode ?? (await once(workers[0] ?? assert.fail(), 'exit'))[1], 'SIGKILL');
    assert.equal((await module.sign(await open(), DATA)).length, 64);
    await module.end();
    assert.equal(clock.waiting, 0);
  });

  it('leaves it to the program when to end', async () => {
    const { module, workers, session } = await openModule(systemClock);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) workers[0]?.kill(signal);
    assert.equal((await module.sign(session, DATA)).length, 64);
    await module.close(session);
    await module.end();
    assert.equal(workers[0]?.exitCode, 0);
    assert.equal(workers.length, 1);
  });
});

describe('the process of a module whose program was killed', () => {
  it('ends, too', async () => {
    const script = fileURLToPath(import.meta.resolve('./hold-token.ts'));
    const program = spawn(process.execPath, [script, hsm.module, token.label], { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(program.stdout, 'data');
    // The process of the module writes to the same pipe, which is closed only when both have ended.
    const bothEnded = once(program.stderr.resume(), 'close');
    program.kill('SIGKILL');
    await bothEnded;
  });
});

describe('a wrong configuration', () => {
  const key = hsm.addKey(token, 'c1');
  const other = hsm.addKey(token, 'c2');

  const WRONG: readonly (readonly [string, Partial<Pkcs11SignerOptions>, { code: string; message?: RegExp }])[] = [
    ['the certificate of another key', { certificate: other.certificate }, { code: 'TOKEN_KEY_NOT_OF_CERTIFICATE' }],
    ['a key that is not there', { key: { id: 'cc' } }, { code: 'TOKEN_KEY_MISSING', message: /with id cc/ }],
    ['a key id that is not hex', { key: { id: 'key' } }, { code: 'TOKEN_KEY_ID_INVALID' }],
    [
      'a module that is not there',
      { module: '/nowhere/pkcs11.so' },
      { code: 'TOKEN_MODULE_UNUSABLE', message: /nowhere\/pkcs11\.so.*cannot open shared object/ },
    ],
    ['a module that is no library', { module: import.meta.filename }, { code: 'TOKEN_MODULE_UNUSABLE' }],
    [
      'a library that is no module',
      { module: someLibrary() },
      { code: 'TOKEN_MODULE_UNUSABLE', message: /C_GetFunctionList/ },
    ],
    ['a certificate that is none', { certificate: utf8('certificate') }, { code: 'CERTIFICATE_UNREADABLE' }],
  ];
  for (const [what, wrong, error] of WRONG) {
    it(`is refused at the start: ${what}`, async () => {
      await assert.rejects(openPkcs11Signer({ ...optionsFor(key), ...wrong }), error);
    });
  }

  it('is refused where the label alone fits two tokens or two keys', async () => {
    const twins = [hsm.addToken('twin'), hsm.addToken('twin')] as const;
    const twin = { ...optionsFor(key, twins[0]), token: { label: 'twin' } };
    await assert.rejects(openPkcs11Signer(twin), { code: 'TOKEN_AMBIGUOUS', message: new RegExp(twins[1].serial) });
    const first = hsm.addKey(token, 'c3', 'ecdsa-p256-sha256', 'twin');
    hsm.addKey(token, 'c4', 'ecdsa-p256-sha256', 'twin');
    const label = { ...optionsFor(first), key: { label: 'twin' } };
    await assert.rejects(openPkcs11Signer(label), { code: 'TOKEN_KEY_AMBIGUOUS' });
  });

  it('may be a token that is away: the error names those that are there', async () => {
    await using signer = await openPkcs11Signer({ ...optionsFor(key), token: { label: 'meter', serial: '00' } });
    assert.equal(signer.state, 'away');
    assert.match(signer.problem?.message ?? '', new RegExp(`"meter" with serial number ${token.serial}`));
  });

  it('that is a wrong PIN stops the signer, and tries once', async () => {
    let asked = 0;
    const readPin = (): string => {
      asked += 1;
      return '9999';
    };
    await using signer = await openPkcs11Signer({ ...optionsFor(key), readPin });
    await assert.rejects(signer.sign(DATA), { code: 'TOKEN_PIN_REFUSED', message: /CKR_PIN_INCORRECT/ });
    assert.equal(signer.state, 'stopped');
    assert.equal(asked, 1);
    await using right = await openPkcs11Signer({ ...optionsFor(key), token: { label: 'meter' } });
    assert.equal(right.problem?.code, 'TOKEN_PIN_REFUSED', 'who opens it beside the first does not try either');
  });

  it('is mended by opening the signer anew', async () => {
    await using signer = await openPkcs11Signer(optionsFor(key));
    assert.equal(signer.state, 'ready');
  });
});

describe('an installation without the native module', () => {
  const ABSENT = {
    'the package is absent': { hook: 'graphene-pk11', reason: /Cannot find package 'graphene-pk11'/ },
    'its binary is absent': { hook: './build/Release/pkcs11.node', reason: /pkcs11\.node/ },
  };
  for (const [what, { hook, reason }] of Object.entries(ABSENT)) {
    it(`runs, and says what is missing only to who asks for a token: ${what}`, () => {
      const hooks = join(folder, 'hooks.mjs');
      writeFileSync(hooks, hidingHooks(hook));
      const said = listTokensUnder(hooks);
      assert.equal(said.loaded, 'function');
      assert.equal(said.answer.code, 'TOKEN_SUPPORT_MISSING');
      assert.match(said.answer.message, reason);
      assert.match(said.answer.mend, /npm rebuild pkcs11js/);
    });
  }
});

/** The path of a shared library that is none of PKCS#11: the C library that this process runs on. */
function someLibrary(): string {
  const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
  return sharedObjects.find((path) => path.includes('/libc.so')) ?? assert.fail('this process has no C library');
}

interface Said {
  readonly loaded: string;
  readonly answer: { readonly code: string; readonly message: string; readonly mend: string };
}

function listTokensUnder(hooks: string): Said {
  const script = fileURLToPath(import.meta.resolve('./list-tokens.ts'));
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', hooks, script, hsm.module], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Said;
}

/** Module hooks, for a process and those that it forks, under which one module is not to be found. */
const hidingHooks = (hidden: string): string => `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== ${JSON.stringify(hidden)}) return next(specifier, context);
      throw Object.assign(new Error("Cannot find package '" + specifier + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
`;

function verifyWithOpenssl({ certificate, algorithm }: SoftKey, data: Uint8Array, signature: Uint8Array): string {
  const file = (name: string, content: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const openssl = program('openssl');
  const { curve } = publicKeyOfCertificate(certificate).algorithm;
  const certificateFile = file('certificate.der', certificate);
  const pem = execFileSync(openssl, ['x509', '-inform', 'DER', '-in', certificateFile, '-noout', '-pubkey']);
  const digest = algorithm === 'ecdsa-p384-sha384' ? '-sha384' : '-sha256';
  const der = file('signature.der', derFromRaw(signature, curve) ?? Uint8Array.of());
  const args = ['dgst', digest, '-verify', file('public.pem', pem), '-signature', der, file('data', data)];
  return execFileSync(openssl, args, { encoding: 'utf8' });
}
