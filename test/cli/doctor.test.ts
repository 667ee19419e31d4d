import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningCommand, startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';

interface Finding {
  readonly subject: string;
  readonly outcome: string;
  readonly text: string;
  readonly mend?: string;
}

describe('doctor', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-doctor-'));
  const config = join(folder, 'meter', 'meter.yaml');
  let demo: RunningCommand;
  before(async () => {
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
    // The demo has taken a free port; the doctor has to know which.
    const { port } = new URL(demo.ready);
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^( {2}port:) 0$/m, `$1 ${port}`));
  });
  after(async () => {
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const examine = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await sealmeter(['doctor', '--config', config, '--json', ...args]);
    assert.equal(stderr, '');
    return { code, findings: JSON.parse(stdout) as readonly Finding[] };
  };
  const find = (findings: readonly Finding[], subject: string): Finding => {
    const finding = findings.find((candidate) => candidate.subject === subject);
    assert.ok(finding !== undefined, `${subject} in ${findings.map((candidate) => candidate.subject).join(', ')}`);
    return finding;
  };

  test('finds nothing wrong where nothing is', async () => {
    const { code, findings } = await examine();
    assert.deepEqual(
      findings.filter(({ outcome }) => outcome === 'wrong'),
      [],
    );
    assert.equal(code, 0);
    assert.match(find(findings, 'door').text, /shakes hands by TLSv1\.3/);
    assert.match(find(findings, 'device 1sie0012345678.sm').text, /serial number 0012345678/);
    assert.match(find(findings, 'device 1sie0012345678.sm, values').text, /^150 of 150 objects/);
    assert.match(find(findings, 'revocation').text, /its CA says that it is not revoked \(the answer holds until 2/);
    assert.match(find(findings, 'certificate of TLS').text, /valid, \d+ days left/);
    assert.match(find(findings, 'client das, TLS').text, /^CN=das,.* days left/);
    assert.match(find(findings, 'client das, signature').text, /^CN=das,.* days left/);
  });

  test('says the same to a person, a line each', async () => {
    const { code, stdout } = await sealmeter(['doctor', '--config', config, '--only', 'door']);
    assert.equal(code, 0);
    assert.match(stdout, /^✓ door: 127\.0\.0\.1:\d+ shakes hands by .*\n$/);
  });

  test('a part that there is not is no part that is well', async () => {
    const { code, stderr } = await sealmeter(['doctor', '--config', config, '--only', 'dor']);
    assert.equal(code, 2);
    assert.match(stderr, /--only "dor" is no part of an installation \[USAGE\]\n {2}use one of: node, .*door/);
  });

  test('a key that others can read, and how to mend it', async () => {
    for (const [name, part] of [
      ['tls.key', 'configuration'],
      ['signature.key', 'key'],
    ] as const) {
      const key = join(folder, 'meter', name);
      chmodSync(key, 0o640);
      const { code, findings } = await examine('--only', part);
      chmodSync(key, 0o600);
      assert.equal(code, 1);
      assert.equal(find(findings, part).mend, `chmod 600 ${key}`);
    }
  });

  test('a certificate of another PKI', async () => {
    const good = readFileSync(config, 'utf8');
    writeFileSync(config, good.replace('../pki/tls-root.pem', '../pki/signature-root.pem'));
    const { code, findings } = await examine('--only', 'certificates');
    writeFileSync(config, good);
    assert.equal(code, 1);
    assert.equal(find(findings, 'chain of TLS').outcome, 'wrong');
  });

  test('a door that somebody else has', async () => {
    const good = readFileSync(config, 'utf8');
    writeFileSync(
      config,
      good
        .replaceAll('tls.pem', 'other.pem')
        .replaceAll('tls.key', 'other.key')
        .replace('../das/other.pem', '../das/tls.pem'),
    );
    for (const ending of ['pem', 'key']) {
      writeFileSync(join(folder, 'meter', `other.${ending}`), readFileSync(join(folder, 'das', `tls.${ending}`)), {
        mode: 0o600,
      });
    }
    const { findings } = await examine('--only', 'door');
    writeFileSync(config, good);
    assert.match(find(findings, 'door').text, /shows another certificate/);
  });

  /** What is found while the configuration says something else. */
  const examineChanged = async (change: (text: string) => string, only: string) => {
    const good = readFileSync(config, 'utf8');
    const changed = change(good);
    assert.notEqual(changed, good);
    writeFileSync(config, changed);
    try {
      return await examine('--only', only);
    } finally {
      writeFileSync(config, good);
    }
  };

  test('a folder for the state that cannot be one', async () => {
    const { code, findings } = await examineChanged((text) => text.replace('../state', 'tls.pem/state'), 'state');
    assert.equal(code, 1);
    assert.match(find(findings, 'state').text, /tls\.pem\/state cannot be written/);
  });

  test('a responder that nobody reaches', async () => {
    const nowhere = (text: string) => text.replace(/responder: .*/, 'responder: http://127.0.0.1:9/ocsp');
    const { code, findings } = await examineChanged(nowhere, 'revocation');
    assert.equal(code, 1);
    assert.match(find(findings, 'revocation').text, /the server does not answer/);
    assert.match(find(findings, 'revocation').mend ?? '', /start the responder/);
  });

  const builtIn = readFileSync(new URL('../../devices/pac3200.yaml', import.meta.url), 'utf8');

  const examineDescribed = (description: string) => {
    assert.notEqual(description, builtIn);
    writeFileSync(join(folder, 'meter', 'pac3200.yaml'), description);
    return examineChanged((text) => `${text}descriptions: [.]\n`, 'device');
  };

  test('a meter that is another one than the configuration says', async () => {
    const { code, findings } = await examineDescribed(builtIn.replace('expect: 42', 'expect: 43'));
    assert.equal(code, 1);
    assert.match(find(findings, 'device 1sie0012345678.sm').text, /what answers at .* is no SENTRON PAC3200/);
  });

  test('values that no mains has: a frequency read from another register', async () => {
    const swapped = builtIn.replace(/at: (53|55), format/g, (_, at) => `at: ${at === '53' ? 55 : 53}, format`);
    const { findings } = await examineDescribed(swapped);
    const { outcome, text, mend } = find(findings, 'device 1sie0012345678.sm, values');
    assert.equal(outcome, 'unknown');
    assert.match(text, /odd: frequency = /);
    assert.match(mend ?? '', /display of the meter/);
  });

  test('a meter and a service that do not answer', async () => {
    await demo.stop('SIGTERM');
    const stopped = await examine();
    assert.equal(stopped.code, 1);
    assert.equal(find(stopped.findings, 'door').outcome, 'unknown');
    assert.match(find(stopped.findings, 'device 1sie0012345678.sm').mend ?? '', /check modbus\.host/);
    const health = await examine('--only', 'door', '--running');
    assert.equal(health.code, 1);
  });
});
