import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { newKey } from '../pki/support/openssl.ts';
import { runProgram, startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';
import { program } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const openssl = program('openssl');

describe('a certification authority from the command line', () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const ca = ['--dir', file('pki')];
  const succeed = async (...args: readonly string[]) => {
    const ended = await sealmeter(['pki', ...args]);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  };
  before(async () => {
    await succeed('init', folder, '--host', 'meter.example', '--host', '192.0.2.7');
  });

  const verify = (certificate: string, pki: 'tls' | 'signature') =>
    runProgram(openssl, [
      'verify',
      '-x509_strict',
      '-CAfile',
      file(`pki/${pki}-root.pem`),
      '-untrusted',
      file(`pki/${pki}-sub.pem`),
      certificate,
    ]);

  test('init makes certificates for the hosts that it is told, and never writes over a PKI', async () => {
    const shown = await runProgram(openssl, ['x509', '-in', file('meter/tls.pem'), '-noout', '-ext', 'subjectAltName']);
    assert.match(shown.stdout, /DNS:meter\.example, IP Address:192\.0\.2\.7/);
    const again = await sealmeter(['pki', 'init', folder]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /\[PKI_EXISTS\]/);
  });

  test('issue makes a key and a certificate that openssl accepts', async () => {
    await succeed(
      'issue',
      ...ca,
      '--profile',
      'tls-client',
      '--subject',
      'CN=reader-7,O=Utility',
      '--out',
      file('r.pem'),
    );
    const verified = await verify(file('r.pem'), 'tls');
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(readFileSync(file('r.key'), 'utf8'), /^-----BEGIN PRIVATE KEY-----/);
    assert.equal(readFileSync(file('r.pem'), 'utf8').match(/BEGIN CERTIFICATE/g)?.length, 2, 'its sub-CA follows it');
  });

  test('csr and issue --csr: the key stays where it was made', async () => {
    await succeed('csr', '--subject', 'CN=1sie0000000007.sm', '--key', file('s.key'), '--out', file('s.csr'));
    const checked = await runProgram(openssl, ['req', '-in', file('s.csr'), '-verify', '-noout']);
    assert.equal(checked.code, 0, checked.stderr);
    await succeed('issue', ...ca, '--profile', 'signature', '--csr', file('s.csr'), '--out', file('s.pem'));
    const verified = await verify(file('s.pem'), 'signature');
    assert.equal(verified.code, 0, verified.stderr);
  });

  test('a request of openssl is taken, one that is forged is not', async () => {
    const request = ['-new', ...newKey(file('o.key')), '-subj', '/CN=made elsewhere', '-out', file('o.csr')];
    await runProgram(openssl, ['req', ...request]);
    await succeed('issue', ...ca, '--profile', 'tls-client', '--csr', file('o.csr'), '--out', file('o.pem'));
    const der = await runProgram(openssl, ['req', '-in', file('o.csr'), '-outform', 'DER', '-out', file('o.der')]);
    assert.equal(der.code, 0, der.stderr);
    const bytes = readFileSync(file('o.der'));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    writeFileSync(file('forged.csr'), pem);
    const refused = await sealmeter([
      'pki',
      'issue',
      ...ca,
      '--profile',
      'tls-client',
      '--csr',
      file('forged.csr'),
      '--out',
      file('f.pem'),
    ]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /\[PKI_REQUEST_UNPROVEN\]/);
  });

  test('issue makes a responder, with which openssl answers for the CA that issued it', async () => {
    const responder = ['--profile', 'ocsp-responder', '--subject', 'CN=responder', '--out', file('responder.pem')];
    const whose = await sealmeter(['pki', 'issue', ...ca, ...responder]);
    assert.equal(whose.code, 2);
    assert.match(whose.stderr, /--by is missing/);
    await succeed('issue', ...ca, ...responder, '--by', 'tls-sub');
    const shown = await runProgram(openssl, ['x509', '-in', file('responder.pem'), '-noout', '-text']);
    assert.match(shown.stdout, /OCSP Signing[^]*OCSP No Check/);
    writeFileSync(file('index.txt'), '');
    const about = ['-issuer', file('pki/tls-sub.pem'), '-cert', file('das/tls.pem')];
    const signing = ['-index', file('index.txt'), '-rsigner', file('responder.pem'), '-rkey', file('responder.key')];
    const asCa = ['-CA', file('pki/tls-sub.pem'), '-reqin', file('request.der'), '-respout', file('answer.der')];
    await runProgram(openssl, ['ocsp', ...about, '-no_nonce', '-reqout', file('request.der')]);
    await runProgram(openssl, ['ocsp', ...signing, ...asCa]);
    const trust = ['-CAfile', file('pki/tls-root.pem'), '-verify_other', file('pki/tls-sub.pem')];
    const told = await runProgram(openssl, ['ocsp', ...about, '-respin', file('answer.der'), ...trust]);
    assert.match(told.stderr, /Response verify OK/);
    assert.match(told.stdout, /: unknown/);
    const other = await sealmeter([
      'pki',
      'issue',
      ...ca,
      '--profile',
      'signature',
      '--by',
      'tls-sub',
      '--subject',
      'CN=x',
      '--out',
      file('x'),
    ]);
    assert.match(other.stderr, /signature is always issued by signature-sub/);
  });

  const askOpenssl = (certificate: string, responder: string) => {
    const about = ['-issuer', file('pki/tls-sub.pem'), '-cert', file(certificate), '-url', `${responder}/ocsp`];
    const trust = ['-CAfile', file('pki/tls-root.pem'), '-verify_other', file('pki/tls-sub.pem')];
    return runProgram(openssl, ['ocsp', ...about, ...trust]);
  };

  test('answers signed beforehand are served without any key, until they are signed anew', async () => {
    await succeed('issue', ...ca, '--profile', 'tls-client', '--subject', 'CN=early', '--out', file('early.pem'));
    await succeed('ocsp', ...ca, '--sign', file('answers'), '--validity', '2 h');
    await using responder = await startCommand(['pki', 'ocsp', '--signed', file('answers'), '--listen', '127.0.0.1:0']);
    assert.match((await askOpenssl('early.pem', responder.ready)).stdout, /: good/);
    await succeed('revoke', file('early.pem'), ...ca, '--reason', 'superseded');
    assert.match((await askOpenssl('early.pem', responder.ready)).stdout, /: good/);
    await succeed('ocsp', ...ca, '--sign', file('answers'));
    const told = await askOpenssl('early.pem', responder.ready);
    assert.match(told.stdout, /: revoked\n[^]*Reason: superseded/);
    assert.match(told.stderr, /Response verify OK/);
  });

  test('what is revoked, openssl ocsp and openssl verify -crl_check hear of', async () => {
    await succeed('issue', ...ca, '--profile', 'tls-client', '--subject', 'CN=lost', '--out', file('lost.pem'));
    await using responder = await startCommand(['pki', 'ocsp', ...ca, '--listen', '127.0.0.1:0']);
    const ask = () => askOpenssl('lost.pem', responder.ready);
    assert.match((await ask()).stdout, /: good/);
    await succeed('revoke', file('lost.pem'), ...ca, '--reason', 'keyCompromise');
    const told = await ask();
    assert.match(told.stdout, /: revoked\n\tThis Update.*\n(?:\tNext Update.*\n)?\tReason: keyCompromise/);
    assert.match(told.stderr, /Response verify OK/);

    const { stdout } = await succeed('crl', ...ca);
    const lists = stdout.trim().split('\n');
    assert.equal(lists.length, 4);
    const list = lists.find((name) => name.includes('tls-sub')) ?? '';
    const served = await fetch(`${responder.ready}/crl/${list.split('/').pop()}`);
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), readFileSync(list));
    assert.equal((await fetch(`${responder.ready}/crl/..%2f..%2fsettings.json`)).status, 404);
    await runProgram(openssl, ['crl', '-in', list, '-inform', 'DER', '-out', file('list.pem')]);
    const checked = await runProgram(openssl, [
      'verify',
      '-crl_check',
      '-CRLfile',
      file('list.pem'),
      '-CAfile',
      file('pki/tls-root.pem'),
      '-untrusted',
      file('pki/tls-sub.pem'),
      file('lost.pem'),
    ]);
    assert.match(checked.stderr, /certificate revoked/);

    // By its serial number, too, as openssl writes it.
    const { serialNumber } = new X509Certificate(readFileSync(file('lost.pem')));
    for (const name of [file('lost.pem'), serialNumber, serialNumber.toLowerCase()]) {
      const twice = await sealmeter(['pki', 'revoke', name, ...ca, '--reason', 'keyCompromise']);
      assert.equal(twice.code, 2);
      assert.match(twice.stderr, /\[PKI_ALREADY_REVOKED\]/);
    }
  });

  test('renew gives the holder a new key, and roll-over the authority', async () => {
    const before = readFileSync(file('das/tls.key'), 'utf8');
    await succeed('renew', file('das/tls.pem'), ...ca);
    assert.notEqual(readFileSync(file('das/tls.key'), 'utf8'), before);
    const oldSub = readFileSync(file('pki/tls-sub.pem'), 'utf8');
    await succeed('roll-over', 'tls-sub', ...ca);
    assert.notEqual(readFileSync(file('pki/tls-sub.pem'), 'utf8'), oldSub);
    await succeed('renew', file('das/tls.pem'), ...ca);
    assert.equal((await verify(file('das/tls.pem'), 'tls')).code, 0);
    await succeed('roll-over', 'signature-root', ...ca);
    assert.equal((await verify(file('meter/signature.pem'), 'signature')).code, 0, 'both roots are trusted');
    await succeed('roll-over', 'signature-root', '--end-overlap', ...ca);
    assert.equal((await verify(file('meter/signature.pem'), 'signature')).code, 0, 'over the new root');
  });

  test('status says how long everything lives, for people and for programs', async () => {
    const { stdout } = await succeed('status', folder);
    assert.match(stdout, /^ +\d+ d {2}valid +(?:meter|das)\/tls\.pem/m);
    const json = await succeed('status', folder, '--json');
    const rows = JSON.parse(json.stdout) as { file: string; daysLeft: number }[];
    assert.ok(rows.length >= 12);
    assert.ok(rows.every(({ daysLeft }) => daysLeft > 0));
  });
});
