import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { judge } from '#das/verdict.ts';
import { type RequestSigning, requestTo, signRequest } from '#signature/request-signer.ts';
import { meterClient } from '../../sdk/typescript/meter-client.ts';
import { type RunningCommand, runProgram, startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';
import { program } from '../support/programs.ts';

const root = new URL('../../', import.meta.url);
const pathIn = (name: string): string => fileURLToPath(new URL(name, root));
const EXAMPLE = 'sdk/typescript/example.ts';

const SEALED_XML = 'application/vnd.de-dke-k461-cosem+xml;encap=xmldsig';
const SEALED_JSON = 'application/vnd.de-dke-k461-cosem+json;encap=xmldsig';
const JSON_TREE = 'application/vnd.de-dke-k461-cosem+json';
const ATTRIBUTE = '/cosem/ldevs/{ldev}/objects/{object}/attributes/{attribute}';
const ENERGY = {
  path: { ldev: '1sie0012345678.sm', object: '3-0100010801ff', attribute: 2 },
} as const;

test('the types are those of the description as it stands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-sdk-types-'));
  const made = join(folder, 'meter-api.d.ts');
  const { code, stderr } = await runProgram(process.execPath, [pathIn('scripts/generate-sdk/generate-sdk.mjs'), made]);
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(pathIn('sdk/typescript/meter-api.d.ts'), 'utf8'), readFileSync(made, 'utf8'));
  rmSync(folder, { recursive: true });
});

test('the page about the SDKs shows the example that is run here', () => {
  const page = readFileSync(pathIn('docs/sdk.md'), 'utf8');
  const example = readFileSync(pathIn(EXAMPLE), 'utf8');
  assert.ok(page.includes(`\`\`\`ts\n${example}\`\`\`\n`));
});

test('the vector that the page gives to other languages verifies', async () => {
  const example = (name: string): string => pathIn(`openapi/examples/${name}`);
  const args = ['verify', '--meter', example('meter-signature.pem'), example('sealed-attribute.xml')];
  const { code, stdout } = await sealmeter(args);
  assert.equal(code, 0);
  assert.match(stdout, /\nproven\n$/);
});

test('the patterns of the description are none that JavaScript alone can read', () => {
  const patterns = [
    ...readFileSync(pathIn('openapi/openapi.yaml'), 'utf8').matchAll(/pattern: ['"](.*?)['"](?: }|,|\n)/g),
  ];
  assert.ok(patterns.length > 20);
  for (const [, pattern] of patterns) assert.doesNotMatch(pattern ?? '', /\[\^\]|\(\?|\\[pPk]/);
});

describe('the TypeScript client at a meter that runs', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-sdk-'));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  let demo: RunningCommand;
  let agent: Agent;
  let signing: RequestSigning;

  before(async () => {
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
    agent = new Agent({ cert: read('das/tls.pem'), key: read('das/tls.key'), ca: read('pki/tls-root.pem') });
    const signer = softwareSigner({
      certificatePem: read('das/signature.pem'),
      privateKeyPem: read('das/signature.key'),
    });
    signing = { form: 'rfc9421', signer, clock: systemClock, crypto: nodeCrypto, random: randomBytes };
  });
  after(async () => {
    agent.destroy();
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const unsigned = () => meterClient({ url: demo.ready, agent });
  const signed = () => meterClient({ url: demo.ready, agent, signing });
  const pinned = () => pinCertificates(readFileSync(join(folder, 'das/meter-signature.pem')));

  async function sealedEnergy(): Promise<Buffer> {
    const { data, response } = await signed().GET(ATTRIBUTE, {
      params: ENERGY,
      headers: { accept: SEALED_XML },
      parseAs: 'arrayBuffer',
    });
    assert.equal(response.headers.get('content-type'), SEALED_XML);
    assert.ok(data);
    return Buffer.from(data);
  }

  test('its example is proven', async () => {
    const { code, stdout, stderr } = await runProgram(process.execPath, [pathIn(EXAMPLE), folder]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^seal: passed.*\ncontent: passed.*\n[^]*\nnumber \d+ is proven\n$/);
  });

  test('has the bytes that the meter sent, and proves them', async () => {
    const url = new URL(`/cosem/ldevs/${ENERGY.path.ldev}/objects/3-0100010801ff/attributes/2`, demo.ready);
    const direct = await sameSample(sealedEnergy, async () => {
      const headers = await signRequest(requestTo('GET', url), signing);
      const sent = request(url, { agent, headers: { ...headers, accept: SEALED_XML } }).end();
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      return buffer(answer);
    });
    assert.deepEqual(direct.first, direct.second);
    const { proven, reading } = await judge(direct.first, pinned(), nodeCrypto, { meterId: ENERGY.path.ldev });
    assert.ok(proven);
    assert.equal(reading?.content.kind, 'objects');
  });

  test('what it read is good evidence for xmlsec1, and no longer so with any byte of it changed', async () => {
    const document = await sealedEnergy();
    const file = join(folder, 'document.xml');
    writeFileSync(file, document);
    const args = ['--verify', '--pubkey-cert-pem', join(folder, 'das/meter-signature.pem'), file];
    assert.equal((await runProgram(program('xmlsec1'), args)).code, 0);
    const certificates = pinned();
    for (const place of document.keys()) {
      const changed = Buffer.from(document);
      changed[place] = (changed[place] ?? 0) ^ 1;
      assert.equal((await judge(changed, certificates, nodeCrypto)).proven, false, `byte ${place}`);
    }
  });

  test('has the sealed XML untouched in JSON too', async () => {
    const { first, second } = await sameSample(sealedEnergy, async () => {
      const { data } = await signed().GET(ATTRIBUTE, { params: ENERGY, headers: { accept: SEALED_JSON } });
      assert.ok(data !== undefined && typeof data !== 'string' && 'sealed-document' in data);
      return Buffer.from(data['sealed-document']);
    });
    assert.deepEqual(first, second);
  });

  test('reads the tree by its types', async () => {
    const { data } = await unsigned().GET(ATTRIBUTE, { params: ENERGY, headers: { accept: JSON_TREE } });
    assert.ok(data !== undefined && typeof data !== 'string' && 'attribute' in data);
    assert.equal(data.attribute?.id, 2);
    assert.match(data.attribute.value?.['long64-unsigned'] ?? '', /^\d+$/);
  });

  test('changes something, and tells why it could not', async () => {
    const CONTAINER = '/cosem/ldevs/{ldev}/containers/{ldev-container}';
    const params = { path: { ldev: ENERGY.path.ldev, 'ldev-container': '0-0000630100ff' } };
    const container = {
      id: '0-0000630100ff',
      objects: { count: 1, object: [{ 'class-id': 3, id: '0100010801ff', version: 0 }] },
    };
    const made = await signed().PUT(CONTAINER, { params, body: { container } });
    assert.equal(made.response.status, 201, JSON.stringify(made.error));
    const unproven = await unsigned().PUT(CONTAINER, { params, body: { container } });
    assert.equal(unproven.response.status, 401);
    assert.ok(typeof unproven.error !== 'string');
    assert.equal(unproven.error?.code, 'SIGNATURE_MISSING');
    assert.equal((await signed().DELETE(CONTAINER, { params })).response.status, 204);
  });
});

const SEQUENCE_NUMBER = /<sequence-nr>(\d+)</;

/** Reads in two ways until both are of one sample, which is sealed once. The next one comes in a second at the earliest. */
async function sameSample(
  readFirst: () => Promise<Buffer>,
  readSecond: () => Promise<Buffer>,
): Promise<{ readonly first: Buffer; readonly second: Buffer }> {
  for (;;) {
    const first = await readFirst();
    const second = await readSecond();
    const [one, other] = [first, second].map((document) => SEQUENCE_NUMBER.exec(document.toString('latin1'))?.[1]);
    assert.ok(one !== undefined && other !== undefined);
    if (one === other) return { first, second };
  }
}
