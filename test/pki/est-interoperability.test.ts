import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { Days } from '#core/time.ts';
import { enrol } from '#pki/enrolment.ts';
import { enrolByPassword } from '#pki/est-client.ts';
import { writePem } from '#pki/pem.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { runProgram } from '../support/commands.ts';
import { program } from '../support/programs.ts';
import { plainText, serveStub } from './support/est-stub.ts';
import { DEVICE, type EstWorld, makeEstWorld } from './support/est-world.ts';
import { newKey, openssl } from './support/openssl.ts';

describe('curl and openssl as an EST client', () => {
  let world: EstWorld;
  let file: (name: string) => string;
  before(async () => {
    world = await makeEstWorld();
    file = (name) => join(world.folder.path, name);
  });
  after(() => world[Symbol.asyncDispose]());

  /** curl to one of the server's resources; what it answers goes through base64 into `answer.p7`. */
  async function curl(resource: string, ...parameters: readonly string[]): Promise<string> {
    const url = `${world.server.url}/.well-known/est/${resource}`;
    const common = [
      '--silent',
      '--show-error',
      '--cacert',
      join(world.pki, 'tls-root.pem'),
      '--output',
      file('answer'),
    ];
    const { code, stdout, stderr } = await runProgram(program('curl'), [
      ...common,
      '--write-out',
      '%{http_code} %{content_type}',
      ...parameters,
      url,
    ]);
    assert.equal(code, 0, stderr);
    if (existsSync(file('answer'))) run('base64', '-d', '-in', file('answer'), '-out', file('answer.p7'));
    return stdout;
  }

  function run(...parameters: readonly string[]): string {
    const { status, output } = openssl(...parameters);
    assert.equal(status, 0, output);
    return output;
  }

  /** A key and a request by openssl, in base64 as EST sends it. */
  function request(name: string): string {
    const key = newKey(file(`${name}.key`));
    const names = ['-subj', `/O=Example/CN=${DEVICE}`, '-addext', `subjectAltName=DNS:${DEVICE},IP:127.0.0.1`];
    run('req', '-new', ...key, ...names, '-outform', 'DER', '-out', file(`${name}.der`));
    run('base64', '-in', file(`${name}.der`), '-out', file(`${name}.b64`));
    return file(`${name}.b64`);
  }

  const post = (body: string): readonly string[] => [
    '--data-binary',
    `@${body}`,
    '--header',
    'Content-Type: application/pkcs10',
  ];

  it('reads the certificates of the CA', async () => {
    assert.match(await curl('signature/cacerts'), /^200 application\/pkcs7-mime/);
    const printed = run('pkcs7', '-inform', 'DER', '-in', file('answer.p7'), '-print_certs', '-noout');
    assert.match(
      printed,
      /CN = sealmeter development signature root[\s\S]+CN = sealmeter development signature sub-CA/,
    );
  });

  it('enrols by password, and re-enrols by what it got', async () => {
    const password = await world.passwords.create('tls', DEVICE, Days(1));
    const login = ['--user', `${DEVICE}:${password}`];
    assert.match(await curl('tls/simpleenroll', ...login, ...post(request('first'))), /^200 /);
    keepCertificate('first');
    assert.match(verify('first'), /first\.pem: OK/);

    const identity = ['--cert', file('first.pem'), '--key', file('first.key')];
    assert.match(await curl('tls/simplereenroll', ...identity, ...post(request('second'))), /^200 /);
    keepCertificate('second');
    assert.match(verify('second'), /second\.pem: OK/);
    const publicKey = (name: string): string => run('x509', '-in', file(`${name}.pem`), '-noout', '-pubkey');
    assert.equal(publicKey('second'), run('pkey', '-in', file('second.key'), '-pubout'));
    assert.notEqual(publicKey('second'), publicKey('first'));
  });

  it('is told why it gets nothing', async () => {
    const login = ['--user', `${DEVICE}:guess`];
    assert.match(await curl('tls/simpleenroll', ...login, ...post(request('third'))), /^401 text\/plain/);
    assert.equal(readFileSync(file('answer'), 'utf8'), 'the password is not good\n');
    assert.match(await curl('tls/csrattrs'), /^204 /);
    assert.match(await curl('tls/simpleenroll'), /^405 text\/plain/);
  });

  function keepCertificate(name: string): void {
    const printed = run('pkcs7', '-inform', 'DER', '-in', file('answer.p7'), '-print_certs');
    assert.equal(printed.match(/BEGIN CERTIFICATE/g)?.length, 1);
    writeFileSync(file(`${name}.pem`), printed);
  }

  const verify = (name: string): string => {
    const chain = ['-CAfile', join(world.pki, 'tls-root.pem'), '-untrusted', join(world.pki, 'tls-sub.pem')];
    return run('verify', '-x509_strict', '-purpose', 'sslclient', ...chain, file(`${name}.pem`));
  };
});

describe('our EST client', () => {
  it('enrols with a CA made of openssl commands', async () => {
    await using world = await makeEstWorld();
    const file = (name: string): string => join(world.folder.path, name);
    const run = (...parameters: readonly string[]): void => {
      const { status, output } = openssl(...parameters);
      assert.equal(status, 0, output);
    };
    const rootKey = newKey(file('root.key'), 'P-384');
    const constraints = ['-addext', 'keyUsage=critical,keyCertSign', '-addext', 'basicConstraints=critical,CA:TRUE'];
    run('req', '-x509', '-new', ...rootKey, '-subj', '/CN=foreign root', ...constraints, '-out', file('root.pem'));

    const bag = (...certificates: readonly string[]) => {
      run('crl2pkcs7', '-nocrl', ...certificates.flatMap((name) => ['-certfile', file(name)]), '-out', file('bag.pem'));
      // openssl's PEM without its first and last line is base64 as EST wants it.
      const body = readFileSync(file('bag.pem'), 'utf8').split('\n').slice(1, -2).join('\n');
      return { headers: { 'content-type': 'Application/PKCS7-MIME; smime-type=certs-only' }, body: Buffer.from(body) };
    };
    await using stub = await serveStub(world, {
      cacerts: () => bag('root.pem'),
      async simpleenroll() {
        const pending = await plan.store.pending();
        if (pending === undefined) return plainText(500, 'nothing waits');
        writeFileSync(file('request.pem'), writePem('CERTIFICATE REQUEST', pending.der));
        const usage = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n';
        writeFileSync(
          file('extensions'),
          `${usage}basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:${DEVICE},IP:127.0.0.1\n`,
        );
        const issuer = ['-CA', file('root.pem'), '-CAkey', file('root.key'), '-days', '90'];
        run(
          'x509',
          '-req',
          '-in',
          file('request.pem'),
          ...issuer,
          '-extfile',
          file('extensions'),
          '-out',
          file('leaf.pem'),
        );
        return bag('leaf.pem');
      },
    });
    const client = world.client('anything', { url: stub.url });
    const enroller = enrolByPassword(client, () => Promise.resolve({ user: 'x', password: 'ü:' }));
    const plan = await world.plan([enroller], { anchors: () => readCertificateFile(file('root.pem')) });
    const result = await enrol(plan);
    assert.equal(result.state, 'installed');
    const [leaf] = await readCertificateFile(file('leaf.pem'));
    assert.deepEqual(result.state === 'installed' && result.pair.certificates.map(({ id }) => id), [leaf.id]);
  });
});
