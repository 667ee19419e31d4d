import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import { assertDescribed, faultAt } from '../support/api-description.ts';
import { type RunningCommand, startCommand } from '../support/commands.ts';

const DEVICE = '/cosem/ldevs/1sie0012345678.sm';
const JSON_TYPE = { accept: 'application/json' };

/** What the whole program answers, with its own meter, journal and keys, is what openapi.yaml promises. */
describe('the demo answers as it is described', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-described-'));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  let demo: RunningCommand;
  let agent: Agent;

  before(async () => {
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
    agent = new Agent({
      keepAlive: true,
      ca: read('pki/tls-root.pem'),
      cert: read('das/tls.pem'),
      key: read('das/tls.key'),
    });
  });
  after(async () => {
    agent.destroy();
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  type Headers = Readonly<Record<string, string>>;

  /** Begins a request, and hands on the answer with its body unread. */
  async function send(method: string, target: string, headers: Headers, body?: string): Promise<IncomingMessage> {
    const length: Headers = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
    const sent = request(new URL(target, demo.ready), { agent, method, headers: { ...headers, ...length } });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  }

  /** A request whose answer has to be as described; returns its body. */
  async function ask(
    method: string,
    target: string,
    status: number,
    headers: Headers = {},
    body?: string,
  ): Promise<string> {
    const answer = await send(method, target, headers, body);
    const content = await text(answer);
    const described = { status: answer.statusCode ?? 0, headers: answer.headers as Headers, body: content };
    assertDescribed(method, target, described);
    assert.equal(described.status, status, `${method} ${target}: ${content.slice(0, 300)}`);
    return content;
  }

  /** The headers of a signed request. */
  async function signed(method: string, target: string, headers: Headers = {}, body?: string): Promise<Headers> {
    const signer = softwareSigner({
      certificatePem: read('das/signature.pem'),
      privateKeyPem: read('das/signature.key'),
    });
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const about = requestTo(method, new URL(target, demo.ready), headers, bytes);
    const signing = { form: 'rfc9421', signer, clock: systemClock, crypto: nodeCrypto, random: randomBytes } as const;
    return { ...headers, ...(await signRequest(about, signing)) };
  }

  async function askSigned(
    method: string,
    target: string,
    status: number,
    headers: Headers = {},
    body?: string,
  ): Promise<string> {
    return ask(method, target, status, await signed(method, target, headers, body), body);
  }

  test('every object of every device, in XML and in JSON', async () => {
    const { ldevs } = JSON.parse(await ask('GET', '/cosem/ldevs/', 200, JSON_TYPE)) as Named<
      'ldevs',
      { ldev: { id: string }[] }
    >;
    let objects = 0;
    for (const { id } of ldevs.ldev) {
      const listed = JSON.parse(await ask('GET', `/cosem/ldevs/${id}/objects/`, 200, JSON_TYPE)) as Named<
        'objects',
        { object: ObjectName[] }
      >;
      for (const object of listed.objects.object) {
        const target = `/cosem/ldevs/${id}/objects/${object['class-id']}-${object.id}`;
        await ask('GET', target, 200);
        await ask('GET', target, 200, JSON_TYPE);
        objects += 1;
      }
    }
    assert.ok(objects > 100, `${objects} objects`);
  });

  test('everything at once, unsigned and sealed, in both forms', async () => {
    for (const target of ['/cosem', DEVICE, `${DEVICE}/objects`, `${DEVICE}/containers`, '/cosem/containers']) {
      for (const headers of [{}, JSON_TYPE]) {
        await ask('GET', target, 200, headers);
        await askSigned('GET', target, 200, headers);
      }
      await ask('HEAD', target, 200);
    }
  });

  test('every buffer, whole and in part', async () => {
    const { objects } = JSON.parse(await ask('GET', `${DEVICE}/objects/`, 200, JSON_TYPE)) as Named<
      'objects',
      { object: ObjectName[] }
    >;
    const profiles = objects.object.filter((object) => object['class-id'] === 7);
    assert.ok(profiles.length >= 3);
    for (const { id } of profiles) {
      const buffer = `${DEVICE}/objects/7-${id}/attributes/2`;
      await ask('GET', buffer, 200);
      await ask('GET', `${buffer}?q.count=3&sa.fromcol=1&sa.tocol=2`, 200, JSON_TYPE);
      await askSigned('GET', `${buffer}?q.count=3`, 200);
    }
  });

  test('what is kept together, and discarded', async () => {
    const target = `${DEVICE}/containers/0-0000630100ff`;
    const object = { 'class-id': 3, id: '0100010800ff', version: 0 };
    const body = JSON.stringify({ container: { id: '0-0000630100ff', objects: { count: 1, object: [object] } } });
    const type = { 'content-type': 'application/json' };
    await ask('PUT', target, 401, type, body);
    await askSigned('PUT', target, 201, type, body);
    await askSigned('PUT', target, 204, type, body);
    await ask('GET', target, 200);
    await askSigned('GET', target, 200);
    await askSigned('DELETE', target, 204);
    await ask('GET', target, 404);
  });

  test('samples as they come, each sealed', async () => {
    const target = `${DEVICE}/live`;
    const answer = await send('GET', target, await signed('GET', target));
    assert.equal(answer.headers['content-type'], 'text/event-stream');
    answer.setEncoding('utf8');
    let received = '';
    for await (const part of answer as AsyncIterable<string>) {
      received += part;
      if (received.split('\n\n').length > 2) break;
    }
    const [first = '', second = ''] = received.split('\n\n');
    for (const event of [first, second]) {
      const [, id, data = ''] =
        /^id: (\d+)\nevent: sample\ndata: (.*)$/.exec(event) ?? assert.fail(event.slice(0, 200));
      const sample = JSON.parse(data) as Named<'measurement-data', Named<'sequence-nr', string>>;
      assert.equal(faultAt(['components', 'schemas', 'SealedReading'], sample), undefined);
      assert.equal(sample['measurement-data']['sequence-nr'], id);
    }
  });

  test('what cannot be had, is not there, or is asked wrongly', async () => {
    await ask('GET', '/cosem', 406, { accept: 'text/html' });
    await ask('GET', '/cosem/ldevs/1sie9999999999.sm', 404);
    await ask('GET', `${DEVICE}?q.depth=deep`, 400);
    await ask('GET', DEVICE, 401, { signature: 'x' });
    await ask('DELETE', DEVICE, 405);
    await ask('PATCH', DEVICE, 501);
  });
});

type Named<Name extends string, Value> = { readonly [Key in Name]: Value };

interface ObjectName {
  readonly 'class-id': number;
  readonly id: string;
}
