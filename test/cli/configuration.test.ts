import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);

/** A configuration that works, made as a person would make it: from the demo's. */
let good: string;
before(async () => {
  await using demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
  assert.match(demo.ready, /^https:/);
  good = readFileSync(file('meter/meter.yaml'), 'utf8');
});

const changed = (pattern: string | RegExp, replacement: string): string => {
  const text = good.replace(pattern, replacement);
  assert.notEqual(text, good, `${String(pattern)} is in the file`);
  return text;
};

interface Refused {
  readonly what: string;
  readonly text: () => string;
  /** What stderr has to say. */
  readonly says: RegExp;
}

const REFUSED: readonly Refused[] = [
  {
    what: 'broken YAML',
    text: () => changed('listen:', 'listen: ['),
    says: /meter\/broken\.yaml:\d+:\d+ .*\[YAML_INVALID\]/,
  },
  {
    what: 'YAML that is broken on one line, said once',
    text: () => changed('port: 0', 'port 0'),
    says: /broken\.yaml:\d+:\d+ \/: [^:]+(?<!line \d+, column \d+) \[YAML_INVALID\]/,
  },
  {
    what: 'an empty file',
    text: () => '',
    says: /broken\.yaml:1:1 \/: there is nothing where a mapping \(name: value\) belongs \[FILE_AGAINST_SCHEMA\]/,
  },
  {
    what: 'a text in the place of a number',
    text: () => changed(/port: 0/, 'port: here'),
    says: /\/listen\/port: there is "here" where a whole number belongs \[FILE_AGAINST_SCHEMA\]/,
  },
  {
    what: 'a name that is misspelt',
    text: () => changed('model:', 'modle:'),
    says: /\/devices\/0: "model" is missing, and "modle" not known here \[FILE_AGAINST_SCHEMA\]\n {2}correct the name/,
  },
  {
    what: 'a client certificate without one in it',
    text: () => changed('../das/tls.pem', '../das/tls.key'),
    says: /: \S+das\/tls\.key: there is no certificate in it \[PKI_CERTIFICATE_MISSING\]/,
  },
  {
    what: 'a name that is not known',
    text: () => changed('listen:', 'liste:'),
    says: /broken\.yaml:\d+:\d+ .*"liste?n?" .*\[FILE_AGAINST_SCHEMA\]/,
  },
  {
    what: 'a port that is no port',
    text: () => changed(/port: 0/, 'port: 70000'),
    says: /broken\.yaml:\d+:\d+ \/listen\/port: must be <= 65535 \[FILE_AGAINST_SCHEMA\]/,
  },
  {
    what: 'a role that there is not',
    text: () => changed('administrator', 'emperor'),
    says: /\/clients\/0\/role: .*\[FILE_AGAINST_SCHEMA\]\n {2}one of: consumer, grid-operator/,
  },
  {
    what: 'a consumer without a metering point',
    text: () => changed('administrator', 'consumer'),
    says: /broken\.yaml:\d+:\d+ \/clients\/0: the consumer das names no devices \[CLIENT_DEVICES_MISSING\]/,
  },
  {
    what: 'a consumer of a device that there is not',
    text: () => changed('administrator', "consumer\n    devices: ['1sie9999999999.sm']"),
    says: /das names 1sie9999999999\.sm, which there is not \[CLIENT_DEVICE_UNKNOWN\]/,
  },
  {
    what: 'a time server without its name',
    text: () => `${good}\nclock: { source: sntp }\n`,
    says: /\/clock: .*\[FILE_AGAINST_SCHEMA\]\n {2}.*With sntp, name the server/,
  },
  {
    what: 'a duration without a unit',
    text: () => `${good}\nrequests: { freshness: 300 }\n`,
    says: /\/requests\/freshness: /,
  },
  {
    what: 'a device model that nobody has described',
    text: () => changed('model: pac3200', 'model: abacus'),
    says: /\/devices\/0: there is no description of a "abacus" \[DEVICE_MODEL_UNKNOWN\]\n {2}write abacus\.yaml into one of: /,
  },
  {
    what: 'a logical device name that is none',
    text: () => changed('id: 1sie0012345678.sm', 'id: MY_METER'),
    says: /\[LDEV_ID_INVALID\]/,
  },
  {
    what: 'a control character in what goes into documents',
    text: () => changed('location: demo', 'location: "a\\u0001b"'),
    says: /\/devices\/0\/location: /,
  },
  {
    what: 'a key file that does not exist',
    text: () => changed('key: tls.key', 'key: nowhere.key'),
    says: /nowhere\.key does not exist \[KEY_FILE_MISSING\]/,
  },
  {
    what: 'the key of another certificate',
    text: () => changed('key: signature.key', 'key: ../das/signature.key'),
    says: /\[PRIVATE_KEY_NOT_OF_CERTIFICATE\]\n {2}give the certificate that was issued for this key/,
  },
  {
    what: 'a signature key on a curve that seals no documents',
    text: () => changed('certificate: signature.pem', 'certificate: ../pki/signature-root.pem'),
    says: /ecdsa-p384-sha384 cannot seal documents \[SEAL_ALGORITHM_NOT_IN_PROFILE\]\n {2}give the meter a signature key on P-256/,
  },
  {
    what: 'a client certificate that does not exist',
    text: () => changed('das-signature.pem', 'nowhere.pem'),
    says: /\/clients\/0: .*nowhere\.pem does not exist/,
  },
  {
    what: 'a cipher suite that is not spoken here',
    text: () => changed('  key: tls.key', '  key: tls.key\n  suites: [TLS_CHACHA20_POLY1305_SHA256]'),
    says: /\/tls\/suites\/0: .*\[FILE_AGAINST_SCHEMA\]\n {2}one of: TLS_AES_256_GCM_SHA384/,
  },
  {
    what: 'no suite of a version that is spoken',
    text: () =>
      changed('  key: tls.key', '  key: tls.key\n  minimumVersion: TLS 1.3\n  suites: [ECDHE-ECDSA-AES128-SHA256]'),
    says: /no cipher suite of TLS 1\.3 or above is chosen \[TLS_RULES_IMPOSSIBLE\]/,
  },
  {
    what: 'a session that is resumed for longer than it lives',
    text: () => changed('  key: tls.key', '  key: tls.key\n  sessions: { age: 30 min }'),
    says: /\/tls\/sessions: .*longer than its age, 1800000 ms \[TLS_SESSION_RULES\]/,
  },
  {
    what: 'a responder that is no address',
    text: () => changed(/responder: .*/, 'responder: ocsp.example'),
    says: /\/revocation\/responder: "ocsp\.example" is not of the right form/,
  },
  {
    what: 'a resource to seal ahead that is none',
    text: () => changed('/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff/attributes/2', '/cosem/nothing'),
    says: /\/cosem\/nothing/,
  },
];

describe('a configuration that cannot be ends with exit code 2 and says where and why', () => {
  for (const { what, text, says } of REFUSED) {
    test(what, async () => {
      writeFileSync(file('meter/broken.yaml'), text());
      const { code, stdout, stderr } = await sealmeter(['meter', '--config', file('meter/broken.yaml')]);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n {4}at /, 'no stack trace');
    });
  }

  test('a key file that others may read', async () => {
    writeFileSync(file('meter/exposed.key'), readFileSync(file('meter/tls.key')));
    chmodSync(file('meter/exposed.key'), 0o644);
    writeFileSync(file('meter/broken.yaml'), changed('key: tls.key', 'key: exposed.key'));
    const { code, stderr } = await sealmeter(['meter', '--config', file('meter/broken.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /mode 0644\) \[KEY_FILE_EXPOSED\]\n {2}chmod 600 /);
  });

  test('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    assert.ok(typeof address === 'object' && address !== null);
    writeFileSync(file('meter/broken.yaml'), changed(/port: 0/, `port: ${address.port}`));
    const { code, stderr } = await sealmeter(['meter', '--config', file('meter/broken.yaml')]);
    taken.close();
    assert.equal(code, 2, stderr);
    assert.match(stderr, /\[PORT_TAKEN\]/);
  });

  test('a file that is not there', async () => {
    const { code, stderr } = await sealmeter(['meter', '--config', file('nowhere.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /nowhere\.yaml does not exist \[FILE_UNREADABLE\]/);
  });
});

describe('device descriptions of the user', () => {
  const withModel = (model: string, description: string): string => {
    writeFileSync(file(`meter/${model}.yaml`), description);
    const configuration = parse(good) as { devices: { model: string }[]; descriptions?: string[] };
    for (const device of configuration.devices) device.model = model;
    configuration.descriptions = ['.'];
    writeFileSync(file('meter/own.yaml'), stringify(configuration));
    return file('meter/own.yaml');
  };
  const builtIn = readFileSync(new URL('../../devices/pac3200.yaml', import.meta.url), 'utf8');

  test('come before the built-in ones', async () => {
    const own = builtIn.replace('name: Voltage L1-N,', 'name: Spannung L1-N,').replace('expect: 42', 'expect: 43');
    await using simulator = await startCommand(['simulate', 'pac3200']);
    const config = withModel('pac3200', own);
    const [host, port] = simulator.ready.split(':');
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace(
        /host: .*\n +port: \d+\n(?=clients)/,
        `host: ${host}\n      port: ${port}\n`,
      ),
    );
    await using meter = await startCommand(['meter', '--config', config]);
    assert.match(meter.said(), /modbus\.not-identified/, 'the file of the user says that the maker is 43');
  });

  for (const { what, from, to, says } of [
    {
      what: 'an OBIS code that is none',
      from: '1-0:32.7.0.255',
      to: '1-0:32.7',
      says: /\/objects\/0\/obis: "1-0:32\.7" is not of the right form/,
    },
    { what: 'two rows with one OBIS code', from: '1-0:52.7.0.255', to: '1-0:32.7.0.255', says: /\[OBJECT_DUPLICATE\]/ },
    { what: 'a unit that there is not', from: 'unit: V,', to: 'unit: furlong,', says: /\/objects\/0\/unit: / },
    {
      what: 'a value outside every block',
      from: 'at: 1, format',
      to: 'at: 3001, format',
      says: /\[DEVICE_POINT_UNREAD\]|\[DEVICE_GAP\]/,
    },
    {
      what: 'a block that ends inside a value',
      from: 'start: 1,     count: 74',
      to: 'start: 1,     count: 73',
      says: /\[DEVICE_VALUE_CUT\]/,
    },
  ]) {
    test(`${what}: exit code 2, with file and line`, async () => {
      assert.ok(builtIn.includes(from));
      const { code, stderr } = await sealmeter([
        'meter',
        '--config',
        withModel('mine', builtIn.replace(from, to).replace('id: pac3200', 'id: mine')),
      ]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /mine\.yaml:\d+:\d+ /);
      assert.match(stderr, says);
    });
  }
});
