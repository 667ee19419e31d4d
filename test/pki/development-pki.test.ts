import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Instant } from '#core/time.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';

// openssl looks at the machine's clock, so this PKI is made now.
const options = { ...DEVELOPMENT_DEFAULTS, now: Instant(Date.now()) };

const pkis = ['tls', 'signature'] as const;

describe('pki init', () => {
  let folder: TemporaryFolder;
  const at = (name: string): string => join(folder.path, name);

  before(async () => {
    folder = await temporaryFolder();
    await initPki(folder.path, options);
  });
  after(() => folder[Symbol.asyncDispose]());

  it('lays out the files of the contract', () => {
    const contract = [
      ...['tls-root.pem', 'tls-sub.pem', 'signature-root.pem', 'signature-sub.pem'].map((name) => `pki/${name}`),
      ...['tls.pem', 'tls.key', 'signature.pem', 'signature.key'].flatMap((name) => [`meter/${name}`, `das/${name}`]),
      'das/meter-signature.pem',
    ];
    for (const name of contract) assert.ok(statSync(at(name)).isFile(), name);
    assert.equal(readFileSync(at('das/meter-signature.pem'), 'utf8'), readFileSync(at('meter/signature.pem'), 'utf8'));
  });

  it('lets nobody else read a private key', () => {
    const keys = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.key'),
    );
    assert.equal(keys.length, 13);
    for (const name of keys) {
      assert.equal(statSync(at(name)).mode & 0o777, 0o600, name);
      assert.match(readFileSync(at(name), 'utf8'), /^-----BEGIN PRIVATE KEY-----/);
    }
    assert.equal(statSync(at('pki/private')).mode & 0o777, 0o700);
  });

  it('gives each certificate its key', () => {
    for (const name of ['meter/tls', 'meter/signature', 'das/tls', 'das/signature', 'pki/tls-sub-ocsp']) {
      const certificate = new X509Certificate(readFileSync(at(`${name}.pem`)));
      const key = at(name.startsWith('pki/') ? `pki/private/${name.slice(4)}.key` : `${name}.key`);
      assert.ok(certificate.checkPrivateKey(createPrivateKey(readFileSync(key))), name);
    }
  });

  for (const pki of pkis) {
    it(`makes a ${pki} PKI that openssl finds strictly right`, () => {
      const root = at(`pki/${pki}-root.pem`);
      const sub = at(`pki/${pki}-sub.pem`);
      const others = [`pki/${pki}-root-ocsp.pem`, `pki/${pki}-sub-ocsp.pem`, `meter/${pki}.pem`, `das/${pki}.pem`].map(
        at,
      );
      const { status, output } = openssl(
        'verify',
        '-x509_strict',
        '-CAfile',
        root,
        '-untrusted',
        sub,
        root,
        sub,
        ...others,
      );
      assert.equal(status, 0, output);
      assert.equal(output.match(/: OK$/gm)?.length, 6);
    });

    it(`keeps the ${pki} PKI apart from the other`, () => {
      const other = pki === 'tls' ? 'signature' : 'tls';
      const trust = ['-CAfile', at(`pki/${other}-root.pem`), '-untrusted', at(`pki/${other}-sub.pem`)];
      assert.notEqual(openssl('verify', ...trust, at(`meter/${pki}.pem`)).status, 0);
    });
  }

  it('sends the sub-CA along where there is a handshake', () => {
    for (const holder of ['meter', 'das']) {
      const file = readFileSync(at(`${holder}/tls.pem`), 'utf8');
      assert.ok(file.endsWith(readFileSync(at('pki/tls-sub.pem'), 'utf8')));
      assert.equal(file.match(/BEGIN CERTIFICATE/g)?.length, 2);
    }
  });

  it('names the meter in its certificates and the hosts in its TLS certificate', () => {
    const tls = new X509Certificate(readFileSync(at('meter/tls.pem')));
    assert.match(tls.subject, /CN=1sie0012345678\.sm/);
    assert.equal(tls.checkHost('localhost'), 'localhost');
    assert.equal(tls.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(tls.checkIP('::1'), '::1');
    assert.match(new X509Certificate(readFileSync(at('meter/signature.pem'))).subject, /CN=1sie0012345678\.sm/);
  });

  it('never writes over a PKI', async () => {
    const before = readFileSync(at('pki/tls-root.pem'), 'utf8');
    await assert.rejects(initPki(folder.path, options), {
      code: 'PKI_EXISTS',
      fault: 'configuration',
      mend: /another folder/,
    });
    assert.equal(readFileSync(at('pki/tls-root.pem'), 'utf8'), before);
  });
});

it('pki init puts the names it is given into the certificates', async () => {
  await using folder = await temporaryFolder();
  await initPki(folder.path, {
    now: options.now,
    names: { meter: '1sie0000000007.sm', das: 'collector 3' },
    meterHosts: ['meter.example', '192.0.2.7'],
    settings: { organization: 'Stadtwerke Ä', ocspUrl: 'http://o.example/ocsp', crlBaseUrl: 'http://o.example/crl' },
  });
  const { output } = openssl(
    'x509',
    '-in',
    join(folder.path, 'meter/tls.pem'),
    '-noout',
    '-text',
    '-nameopt',
    'utf8,sep_comma_plus',
  );
  for (const text of [
    'O=Stadtwerke Ä,CN=1sie0000000007.sm',
    'DNS:meter.example, IP Address:192.0.2.7',
    'OCSP - URI:http://o.example/ocsp',
    'URI:http://o.example/crl/tls-sub-',
  ]) {
    assert.ok(output.includes(text), `${text} in ${output}`);
  }
  assert.match(new X509Certificate(readFileSync(join(folder.path, 'das/tls.pem'))).subject, /CN=collector 3/);
});
