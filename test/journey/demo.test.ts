import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { program } from '../support/programs.ts';

const curl = program('curl');
const xmlsec = program('xmlsec1');
const xmllint = program('xmllint');
const openssl = program('openssl');
const SCHEMAS = new URL('../../openapi/', import.meta.url).pathname;

const LDEV = '1sie0012345678.sm';
const DEVICE = `/cosem/ldevs/${LDEV}`;
const ENERGY = `${DEVICE}/objects/3-0100010800ff`;

describe('a stranger meets the demo', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-demo-'));
  const file = (name: string): string => join(folder, name);
  let demo: RunningCommand;

  before(async () => {
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
  });
  after(async () => {
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const identity = curlIdentity(folder);

  /** curl with the certificates that the demo has printed, and nothing of ours. */
  const ask = (target: string, ...args: readonly string[]) =>
    runProgram(curl, ['--silent', '--show-error', ...identity, ...args, `${demo.ready}${target}`]);

  test('it says where everything is, in lines to copy', () => {
    const said = demo.said();
    for (const part of [demo.ready, 'curl --cacert', 'sealmeter get', 'sealmeter meter --config', file('pki')]) {
      assert.ok(said.includes(part), `"${part}" in:\n${said}`);
    }
    const urls = JSON.parse(readFileSync(file('urls.json'), 'utf8')) as Record<string, string>;
    assert.equal(urls['meter'], demo.ready);
    assert.equal(urls['ldev'], LDEV);
    assert.match(urls['das'] ?? '', /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(said.trimEnd().split('\n').at(-1), `  ${urls['das']}/`, 'the page comes last');
    assert.match(urls['modbus'] ?? '', /^127\.0\.0\.1:\d+$/);
    assert.match(urls['ocsp'] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/ocsp$/);
  });

  test('a second one in its folder is refused before it has changed anything', async () => {
    const names = ['meter/meter.yaml', 'das/das.yaml', 'urls.json'];
    const state = () => names.map((name) => [readFileSync(file(name), 'utf8'), statSync(file(name)).mtimeMs]);
    const before = state();
    const second = await sealmeter(['demo', '--dir', folder, '--port', '0']);
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /a demo runs in this folder already.*\[DEMO_RUNNING\]\n {2}stop it first/);
    assert.deepEqual(state(), before);
  });

  test('its private keys are for their owner alone', () => {
    const keys = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.key'));
    assert.ok(keys.length >= 4);
    for (const key of keys) assert.equal(statSync(file(key)).mode & 0o777, 0o600, key);
  });

  test('curl reads the whole tree, and it fits the schema', async () => {
    const { stdout } = await ask('/cosem');
    writeFileSync(file('tree.xml'), stdout);
    const checked = await runProgram(xmllint, [
      '--nonet',
      '--noout',
      '--schema',
      join(SCHEMAS, 'cor-1.xsd'),
      file('tree.xml'),
    ]);
    assert.equal(checked.code, 0, checked.stderr);
    assert.ok(stdout.includes(`<ldev id="${LDEV}">`));
    assert.ok((stdout.match(/<object /g) ?? []).length >= 150);
  });

  test('every attribute of every object can be read by itself, and fits the schema', async () => {
    const list = await ask(`${DEVICE}/objects/`);
    const objects = [...list.stdout.matchAll(/class-id="(\d+)" id="([0-9a-f]{12})"/g)].map(([, c, id]) => `${c}-${id}`);
    assert.ok(objects.length >= 150);
    const attributes = await ask(`${DEVICE}/objects?q.depth=3`);
    const targets = objects.flatMap((object) => {
      const [classId, id] = object.split('-');
      const element = attributes.stdout
        .split('<object ')
        .find((part) => part.includes(`class-id="${classId}" id="${id}"`));
      return [...(element ?? '').matchAll(/<attribute id="(\d+)"/g)].map(
        ([, n]) => `${DEVICE}/objects/${object}/attributes/${n}`,
      );
    });
    assert.ok(targets.length >= 450, `${targets.length} attributes`);
    const answers = join(folder, 'answers');
    const parts = targets.flatMap((target, index) => [
      '--next',
      ...curlPart(`${demo.ready}${target}`, join(answers, `${index}.xml`)),
    ]);
    const read = await runProgram(curl, ['--silent', '--show-error', '--fail', '--create-dirs', ...parts.slice(1)]);
    assert.equal(read.code, 0, read.stderr);
    const files = readdirSync(answers).map((name) => join(answers, name));
    assert.equal(files.length, targets.length);
    const checked = await runProgram(xmllint, ['--nonet', '--noout', '--schema', join(SCHEMAS, 'cor-1.xsd'), ...files]);
    assert.equal(checked.code, 0, checked.stderr.slice(0, 2_000));
  });

  const curlPart = (url: string, output: string): readonly string[] => [
    '--fail',
    '--silent',
    '--create-dirs',
    '--output',
    output,
    ...identity,
    url,
  ];

  for (const form of ['rfc9421', 'draft-cavage']) {
    test(`a request signed by our command as ${form} and sent by curl gets a document that xmlsec1 verifies`, async () => {
      const url = `${demo.ready}${ENERGY}/attributes/2`;
      const signed = await sealmeter(['sign-request', 'GET', url, '--dir', folder, '--form', form]);
      assert.equal(signed.code, 0, signed.stderr);
      writeFileSync(file('headers'), signed.stdout);
      const answer = await ask(`${ENERGY}/attributes/2`, '--fail', '--header', `@${file('headers')}`);
      assert.equal(answer.code, 0, answer.stderr);
      writeFileSync(file('sealed.xml'), answer.stdout);
      assert.ok(answer.stdout.includes('<attribute id="3"><structure'), 'the value brings its scaler and unit along');
      const { verified, schema } = await judgeByOthers('sealed.xml');
      assert.equal(verified.code, 0, verified.stderr);
      assert.equal(schema.code, 0, schema.stderr);
    });
  }

  /** xmlsec1 with the meter's public key, xmllint with the schema: nothing of ours. */
  const judgeByOthers = async (name: string) => {
    const certificate = file('das/meter-signature.pem');
    const key = await runProgram(openssl, ['x509', '-in', certificate, '-pubkey', '-noout']);
    writeFileSync(file('meter-public.pem'), key.stdout);
    const digest = await runProgram(openssl, ['x509', '-in', certificate, '-noout', '-fingerprint', '-sha256']);
    const keyName = `sha256:${digest.stdout.split('=')[1]?.trim().replaceAll(':', '').toLowerCase()}`;
    return {
      verified: await runProgram(xmlsec, [
        '--verify',
        '--enabled-key-data',
        'key-name',
        `--pubkey-pem:${keyName}`,
        file('meter-public.pem'),
        file(name),
      ]),
      schema: await runProgram(xmllint, [
        '--nonet',
        '--noout',
        '--schema',
        join(SCHEMAS, 'signed-measurement-data-1.xsd'),
        file(name),
      ]),
    };
  };

  test('a request signed by openssl alone gets a sealed document too', async () => {
    const target = `${ENERGY}/attributes/2`;
    const host = new URL(demo.ready).host;
    const date = new Date().toUTCString();
    writeFileSync(file('to-sign'), `(request-target): get ${target}\nhost: ${host}\ndate: ${date}`);
    const signature = await runProgram('/bin/sh', [
      '-c',
      `${openssl} dgst -sha256 -sign "${file('das/signature.key')}" "${file('to-sign')}" | base64 -w0`,
    ]);
    const digest = await runProgram(openssl, [
      'x509',
      '-in',
      file('das/signature.pem'),
      '-noout',
      '-fingerprint',
      '-sha256',
    ]);
    const keyId = `sha256:${digest.stdout.split('=')[1]?.trim().replaceAll(':', '').toLowerCase()}`;
    const header = `Signature: keyId="${keyId}",algorithm="ecdsa-sha256",headers="(request-target) host date",signature="${signature.stdout}"`;
    const answer = await ask(target, '--fail', '--header', `Date: ${date}`, '--header', header);
    assert.equal(answer.code, 0, answer.stderr);
    assert.match(answer.stdout, /<SignatureValue>[A-Za-z0-9+/]{85}[AQgw]==<\/SignatureValue>/);
  });

  test('get verifies what it prints, and a document that was altered is not proven', async () => {
    const got = await sealmeter(['get', '--dir', folder, `${ENERGY}/attributes/2`]);
    assert.equal(got.code, 0, got.stderr);
    assert.match(got.stderr, /\nproven\n/);
    writeFileSync(file('kept.xml'), got.stdout);
    const meter = ['--meter', file('das/meter-signature.pem')];
    const kept = await sealmeter(['verify', file('kept.xml'), ...meter, '--ident', LDEV]);
    assert.equal(kept.code, 0, kept.stdout);
    const piped = await sealmeter(['verify', '-', ...meter], { input: got.stdout });
    assert.equal(piped.code, 0, piped.stdout);

    const value = /<long64-unsigned xmlns="[^"]+">(\d+)</.exec(got.stdout)?.[1] ?? '';
    writeFileSync(file('altered.xml'), got.stdout.replace(`>${value}<`, `>${BigInt(value) + 1n}<`));
    const altered = await sealmeter(['verify', file('altered.xml'), ...meter]);
    assert.equal(altered.code, 1);
    assert.match(altered.stdout, /✗ seal.*\[SEAL_DIGEST_MISMATCH\]/);
    const other = await sealmeter(['verify', file('kept.xml'), ...meter, '--ident', '1sie0099999999.sm']);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /DOCUMENT_OF_OTHER_METER/);
  });

  test('an unsigned get prints the plain tree', async () => {
    const got = await sealmeter(['get', '--dir', folder, '--unsigned', '/cosem/ldevs/']);
    assert.equal(got.code, 0, got.stderr);
    assert.ok(got.stdout.startsWith('<ldevs xmlns="urn:k461-dke-de:cor-1" count="2">'));
  });

  test('what does not exist is told as a problem, with exit code 1', async () => {
    const got = await sealmeter(['get', '--dir', folder, `${DEVICE}/objects/3-0100010800FF`]);
    assert.equal(got.code, 1);
    assert.match(
      got.stderr,
      /status 404: there is no such resource \[RESOURCE_UNKNOWN\]\n {2}read \/cosem\/ldevs\/ for/,
    );
    assert.match(got.stdout, /"code":"RESOURCE_UNKNOWN"/);
  });

  test('a key that is not that of the TLS certificate is named, and is no fault of ours', async () => {
    const got = await sealmeter(['get', '--dir', folder, ENERGY, '--key', file('das/signature.key')]);
    assert.equal(got.code, 2);
    assert.match(
      got.stderr,
      /cannot use \S+tls\.pem with \S+signature\.key: .*\[TLS_CREDENTIALS_UNUSABLE\]\n {2}give a/,
    );
  });

  test('a meter whose certificate leads to another root is not to be believed, which is not silence', async () => {
    const got = await sealmeter(['get', '--dir', folder, ENERGY, '--cacert', file('pki/signature-root.pem')]);
    assert.equal(got.code, 1);
    assert.match(got.stderr, /\[METER_CERTIFICATE_INVALID\]/);
  });

  test('without a certificate there is no answer, and a line in the log says why', async () => {
    const answer = await runProgram(curl, ['--silent', '--cacert', file('pki/tls-root.pem'), `${demo.ready}/cosem`]);
    assert.notEqual(answer.code, 0);
    assert.equal(answer.stdout, '');
    assert.match(demo.said(), /"reason":"certificate-missing".*"event":"connection.refused"/);
  });

  test('killed in the middle and started again, the numbers go on and the certificates are the same', async () => {
    const numberOf = async (): Promise<bigint> => {
      const { stdout } = await sealmeter(['get', '--dir', folder, `${ENERGY}/attributes/2`]);
      return BigInt(/<sequence-nr>(\d+)</.exec(stdout)?.[1] ?? '0');
    };
    const first = await numberOf();
    assert.ok(first > 0n);
    const certificate = readFileSync(file('das/meter-signature.pem'), 'utf8');
    await demo.stop('SIGKILL');
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
    assert.ok((await numberOf()) > first);
    assert.equal(readFileSync(file('das/meter-signature.pem'), 'utf8'), certificate);
  });

  test('it stops cleanly when it is asked to, also by a terminal and a launcher at once', async () => {
    demo.child.kill('SIGINT');
    assert.equal(await demo.stop('SIGTERM'), 0);
  });
});
