import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { Seconds } from '#core/time.ts';
import { type Role, roles, subjectOf, subjects } from '#cosem/access-rights.ts';
import type { ImageStore } from '#cosem/image-transfer.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import { COSEM_XML } from '#http/media-types.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { assertDescribed } from '../support/api-description.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { tableOf } from '../support/mapping-page.ts';
import { exampleDoor } from './support/example-door.ts';
import { dasKey, exampleClient, signatureHeaders } from './support/example-service.ts';
import { standardParts } from './support/standard-service.ts';
import { clients, root, TODAY } from './support/tls-parties.ts';

/** What docs/mapping.md says that each role may do with each subject. */
const GRANTS: ReadonlyMap<string, string> = new Map(
  tableOf('subject', ...roles).flatMap(([subject, ...grants]) =>
    grants.map((grant, index) => [`${roles[index]} ${subject}`, grant]),
  ),
);

const images: ImageStore = {
  blockSize: 4,
  capacity: 100,
  begin: () => {},
  write: () => {},
  verify: () => Promise.resolve(true),
  activate: () => Promise.resolve(),
};

const timeSetter = { measuringPeriod: Seconds(1), set: () => Promise.resolve() };

/** The service behind TLS, with a client of this role, and a connection of that client. */
async function openDoor(role: Role) {
  const { standard, parts } = await standardParts({ images, timeSetter });
  const door = await exampleDoor({
    ...parts,
    clients: [exampleClient('das', role, clients.das.certificates[0].id, dasKey)],
    clock: new FakeClock(TODAY),
  });
  const { cert, key } = clients.das;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    servername: 'localhost',
    ca: certificatesToPem([root]),
    cert,
    key,
  });
  return {
    objects: standard.device.objects,
    /** The status of a request, whose answer is as openapi.yaml says. */
    async status(method: string, target: string, isSigned: boolean, body?: string): Promise<number> {
      const described: Record<string, string> = body === undefined ? {} : { 'content-type': COSEM_XML };
      const length: Record<string, string> = body === undefined ? {} : { 'content-length': `${body.length}` };
      const signed = isSigned
        ? await signatureHeaders(target, door, 'rfc9421', { method, content: body, headers: described })
        : {};
      const headers = { Host: 'meter.example', ...described, ...length, ...signed };
      const sent = request({ host: '127.0.0.1', port: door.port, agent, method, path: target, headers });
      sent.end(body);
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      const { statusCode: status = 0 } = answer;
      const content = await text(answer);
      assertDescribed(method, target, { status, headers: answer.headers as Record<string, string>, body: content });
      return status;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await door.server.close();
    },
  };
}

type Door = Awaited<ReturnType<typeof openDoor>>;

const targetOf = ({ classId, logicalName }: CosemObject): string =>
  `/cosem/ldevs/${METER_ID}/objects/${classId}-${logicalName}`;

/** A type that no attribute and no method takes: whoever may is told so by the object, 500; and nothing changes. */
const WRONG = '<dont-care xmlns="urn:k461-dke-de:cod-1"/>';
const attributeBody = (id: number): string =>
  `<attribute xmlns="urn:k461-dke-de:cor-1" id="${id}">${WRONG}</attribute>`;
const PARAMETER = `<methodRequestParameter xmlns="urn:k461-dke-de:cor-1">${WRONG}</methodRequestParameter>`;

/** Of a change: unsigned and signed. */
function expectedOfChange(reading: string, isPermitted: boolean): readonly [number, number] {
  if (reading === 'hidden') return [404, 404];
  return isPermitted ? [401, 500] : [405, 405];
}

const READING: Readonly<Record<string, readonly [number, number]>> = {
  unsigned: [200, 200],
  signed: [401, 200],
  hidden: [404, 404],
};

/** What a table's cell lets be done with an object: every attribute read and written, every method run, signed and not. */
async function tryAll(door: Door, object: CosemObject, grant: string): Promise<void> {
  const [reading = '', ...rights] = grant.split(' ');
  const tryBoth = async (method: string, target: string, body?: string): Promise<readonly number[]> => [
    await door.status(method, target, false, body),
    await door.status(method, target, true, body),
  ];
  const { attributes, methods } = object.interfaceClass;
  for (const { id } of attributes) {
    const target = `${targetOf(object)}/attributes/${id}`;
    assert.deepEqual(await tryBoth('GET', target), READING[reading], `GET ${target}`);
    const expected = expectedOfChange(reading, rights.includes('write') && object.canWrite(id));
    assert.deepEqual(await tryBoth('PUT', target, attributeBody(id)), expected, `PUT ${target}`);
  }
  for (const { id } of methods) {
    const target = `${targetOf(object)}/methods/${id}`;
    assert.deepEqual(await tryBoth('GET', target), READING[reading], `GET ${target}`);
    const expected = expectedOfChange(reading, rights.includes('invoke') && object.canInvoke(id));
    assert.deepEqual(await tryBoth('POST', target, PARAMETER), expected, `POST ${target}`);
  }
}

/** Every role, every object, every attribute and method of it, signed and not, over mutual TLS. */
for (const role of roles) {
  describe(`a ${role}`, () => {
    for (const subject of subjects) {
      const grant = GRANTS.get(`${role} ${subject}`) ?? '';
      it(`has with "${subject}" what the table grants: ${grant}`, async () => {
        await using door = await openDoor(role);
        const objects = door.objects.filter((object) => subjectOf(object) === subject);
        assert.ok(objects.length > 0, 'the meter has no object of this subject');
        for (const object of objects) await tryAll(door, object, grant);
      });
    }
  });
}

it('what can be written or run, somebody may write or run', async () => {
  await using door = await openDoor('administrator');
  const changed = { write: 0, invoke: 0 };
  for (const subject of subjects) {
    const objects = door.objects.filter((object) => subjectOf(object) === subject);
    const granted = roles.map((role) => GRANTS.get(`${role} ${subject}`)).join();
    const isWritable = objects.some((object) => object.interfaceClass.attributes.some(({ id }) => object.canWrite(id)));
    const isRunnable = objects.some((object) => object.interfaceClass.methods.some(({ id }) => object.canInvoke(id)));
    if (isWritable) assert.match(granted, /write/, subject);
    if (isRunnable) assert.match(granted, /invoke/, subject);
    changed.write += Number(isWritable);
    changed.invoke += Number(isRunnable);
  }
  assert.ok(changed.write >= 5 && changed.invoke >= 5, JSON.stringify(changed));
});
