import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';

import { SealmeterError } from '#core/errors.ts';
import { Milliseconds, Seconds } from '#core/time.ts';
import { SignerUnavailable } from '#crypto/signer-unavailable.ts';
import { HttpError, retryAfter } from '#http/http-error.ts';
import { PROBLEM_JSON, problemMediaTypes, writeProblem } from '#http/problem-document.ts';
import { PROBLEMS, problemOf } from '#http/problems.ts';
import { refusalReasons } from '#http/refusals.ts';
import { ask } from './support/ask.ts';
import { exampleService } from './support/example-service.ts';

const OCCURRENCE = '2f1c6b1e-6d0b-4d0e-9a55-3f0c2a4c7f10';
const [, PROBLEM_XML] = problemMediaTypes;

describe('docs/errors.md', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

  it('has every code under its status, with its title and its mend, and no other', () => {
    const described = [...page.matchAll(/^## (\d+):[^]*?(?=^## )/gm)].flatMap(([section, status]) =>
      [...section.matchAll(/^### (\w+)\n\n\*\*(.+?)\*\*([^]*?)\n\n\*To mend:\* ([^]+?)\.\n/gm)].map(
        ([, code, title, prose, mend]) => {
          assert.ok((prose ?? '').trim().length > 40, `${code} is not explained`);
          return [code ?? '', { status: Number(status), title: onOneLine(title ?? ''), mend: onOneLine(mend ?? '') }];
        },
      ),
    );
    const table = Object.entries(PROBLEMS).map(([code, { status, title, mend }]) => [code, { status, title, mend }]);
    assert.equal(described.length, table.length);
    assert.deepEqual(Object.fromEntries(described), Object.fromEntries(table));
  });

  it('has every reason for which a connection is refused, and no other', () => {
    const described = [...page.matchAll(/^\| `([a-z-]+)` \| .+ \| .+ \|$/gm)].map(([, reason]) => reason);
    assert.deepEqual(described, refusalReasons);
  });
});

describe('an error becomes a problem', () => {
  it('with the words of the error, where the client is at fault', () => {
    const error = new SealmeterError('client', 'RESOURCE_UNKNOWN', 'no such thing', { mend: 'look elsewhere' });
    const { status, detail, mend } = problemOf(error);
    assert.deepEqual([status, detail, mend], [404, 'no such thing', 'look elsewhere']);
  });

  it('with the mend of the table, where the error has none', () => {
    assert.equal(problemOf(new HttpError('BODY_UNEXPECTED', 'x')).mend, PROBLEMS.BODY_UNEXPECTED.mend);
  });

  const ours: Readonly<Record<string, unknown>> = {
    'an error of ours': new TypeError('secret'),
    'an error with a code that no table has': new SealmeterError('client', 'SECRET', 'secret', { mend: 'secret' }),
    'a known code that is not the fault of the client': new SealmeterError('device', 'QUERY_INVALID', 'secret'),
    'a code that every object has': new SealmeterError('client', 'constructor', 'secret'),
    'what is no error at all': 'secret',
    nothing: undefined,
  };
  for (const [name, thrown] of Object.entries(ours)) {
    it(`without anything internal: ${name}`, () => {
      assert.doesNotMatch(JSON.stringify(problemOf(thrown)), /secret/i);
    });
  }

  it('500 for a code that the table does not have, whoever is at fault', () => {
    assert.equal(problemOf(new SealmeterError('client', 'SECRET', 'secret')).status, 500);
    assert.equal(problemOf(new RangeError('x')).code, 'INTERNAL_ERROR');
  });

  it('with the headers of the row and of the error', () => {
    assert.deepEqual(problemOf(new HttpError('RATE_EXCEEDED', 'x', retryAfter(Milliseconds(1_200)))).headers, {
      'Retry-After': '2',
    });
    const { status, headers } = problemOf(new SignerUnavailable('the token is away', Seconds(5)));
    assert.deepEqual([status, headers], [503, { 'Retry-After': '5' }]);
    const signature = problemOf(new SealmeterError('client', 'SIGNATURE_STALE', 'x'));
    assert.deepEqual(Object.keys(signature.headers), ['WWW-Authenticate', 'Accept-Signature']);
  });
});

describe('a problem document', () => {
  const problem = problemOf(new SealmeterError('client', 'QUERY_INVALID', 'q.depth: "<&>\0\ud800" is none', {}));
  const members = {
    type: 'urn:sealmeter:problem:query-invalid',
    title: PROBLEMS.QUERY_INVALID.title,
    status: 400,
    detail: problem.detail,
    instance: `urn:uuid:${OCCURRENCE}`,
    code: 'QUERY_INVALID',
    mend: PROBLEMS.QUERY_INVALID.mend,
  };

  it('is JSON', () => {
    assert.deepEqual(JSON.parse(writeProblem(problem, OCCURRENCE, PROBLEM_JSON)), members);
  });

  it('is XML, well-formed whatever a client has sent', () => {
    // What it makes of a replacement character is no concern of ours.
    const { documentElement: root } = new DOMParser({ onError: () => {} }).parseFromString(
      writeProblem(problem, OCCURRENCE, PROBLEM_XML),
      'text/xml',
    );
    assert.equal(root?.namespaceURI, 'urn:ietf:rfc:7807');
    const read = Object.fromEntries(Array.from(root?.childNodes ?? [], (node) => [node.nodeName, node.textContent]));
    assert.deepEqual(read, { ...members, status: '400', detail: 'q.depth: "<&>\ufffd\ufffd" is none' });
  });

  for (const [accept, mediaType] of [
    ['*/*', PROBLEM_JSON],
    ['application/json', PROBLEM_JSON],
    ['text/html', PROBLEM_JSON],
    ['application/problem+xml', PROBLEM_XML],
    ['application/problem+json;q=0.5, application/problem+xml', PROBLEM_XML],
    ['application/problem+xml;q=0.5, application/problem+json', PROBLEM_JSON],
    ['application/vnd.de-dke-k461-cosem+xml, application/problem+xml;q=0.1', PROBLEM_XML],
  ] as const) {
    it(`is ${mediaType} for "${accept}"`, async () => {
      const { status, headers } = await ask(exampleService(), '/cosem/nothing', { Accept: accept });
      assert.deepEqual([status, headers['content-type']], [404, mediaType]);
    });
  }
});

it('an error within the service is 500, and only the log knows more', async () => {
  const service = exampleService();
  const broken = {
    ...service.parts.devices,
    device() {
      throw new Error('the secret cause');
    },
  };
  const failing = exampleService({ devices: broken });
  const answer = await ask(failing, '/cosem/ldevs/1sie0012345678.sm');
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.body, /secret/);
  const { instance } = JSON.parse(answer.body) as { instance: string };
  const [line] = failing.log.of('http.failed');
  assert.deepEqual([`urn:uuid:${line?.['request']}`, line?.['reason']], [instance, 'the secret cause']);
});
