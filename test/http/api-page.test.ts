import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DOMParser, type Element } from '@xmldom/xmldom';

import { readApiPage } from '#http/api-page.ts';
import { html } from '#http/page/markup.ts';
import { inline, prose } from '#http/page/prose.ts';
import { PROBLEMS } from '#http/problems.ts';
import { api, operations, readBeside } from '../support/api-description.ts';
import { type Answer, ask, askSigned, assertProblem } from './support/ask.ts';
import { exampleService } from './support/example-service.ts';

const page = readApiPage();
const service = () => exampleService({ page });

/** The page as XML reads it: every element is closed, every attribute quoted. */
function documentOf({ body }: Answer) {
  const closed = body.replace('<!doctype html>', '').replaceAll(/<(meta|link)([^>]*)>/g, '<$1$2/>');
  return new DOMParser({
    onError: (_level, message) => {
      throw new Error(message);
    },
  }).parseFromString(closed, 'text/xml');
}

const elementsOf = (answer: Answer, name: string): readonly Element[] =>
  Array.from(documentOf(answer).getElementsByTagName(name));

describe('the page at /', () => {
  it('shows every operation with its path, and every problem, in a document that is whole', async () => {
    const answer = await ask(service(), '/');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    const shown = elementsOf(answer, 'details').map((details) => details.getAttribute('id'));
    const expected = operations.filter(({ verb }) => verb !== 'head').map(({ operation }) => operation.operationId);
    assert.deepEqual(new Set(shown.filter((id) => expected.includes(id ?? ''))), new Set(expected));
    const paths = new Set<string | null>(elementsOf(answer, 'code').map(({ textContent }) => textContent));
    for (const { path } of operations) assert.ok(paths.has(path), path);
    for (const code of Object.keys(PROBLEMS)) assert.ok(paths.has(code), code);
  });

  it('runs nothing, and takes nothing from elsewhere', async () => {
    const answer = await ask(service(), '/');
    assert.match(answer.headers['content-security-policy'] ?? '', /^default-src 'none'; style-src 'self'; /);
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
    for (const name of ['script', 'style', 'iframe', 'img', 'object', 'form', 'base']) {
      assert.deepEqual(elementsOf(answer, name), [], name);
    }
    assert.doesNotMatch(answer.body, /\s(?:style|on[a-z]+)="/);
  });

  it('leads to nothing but what is served here', async () => {
    const answer = await ask(service(), '/');
    const links = ['a', 'link'].flatMap((name) =>
      elementsOf(answer, name).map((element) => element.getAttribute('href') ?? ''),
    );
    assert.ok(links.length > 8);
    for (const link of new Set(links)) {
      assert.match(link, /^[a-z0-9./-]+$/, link);
      assert.equal((await ask(service(), `/${link}`)).status, 200, link);
    }
  });

  it('has a validator', async () => {
    const { headers } = await ask(service(), '/');
    assert.equal((await ask(service(), '/', { 'If-None-Match': headers['etag'] ?? '' })).status, 304);
    assert.equal((await ask(service(), '/', {}, 'HEAD')).headers['etag'], headers['etag']);
  });

  it('is for clients', async () => {
    assertProblem(await ask(exampleService({ page, peerOf: () => undefined }), '/'), 403, 'CLIENT_UNKNOWN');
  });

  it('is read, not written', async () => {
    const answer = await ask(service(), '/openapi.yaml', {}, 'DELETE');
    assertProblem(answer, 405, 'METHOD_NOT_ALLOWED');
    assert.equal(answer.headers['allow'], 'GET, HEAD');
  });

  it('takes nothing from the tree', async () => {
    assert.equal((await ask(service(), '/cosem/')).status, 200);
    assert.equal((await askSigned(service(), '/cosem/')).status, 200);
    for (const path of [
      '/index.html',
      '/api.css?x',
      '/examples',
      '/examples/',
      '/../package.json',
      '/examples/../openapi.yaml',
    ]) {
      assertProblem(await ask(service(), path), 404, 'RESOURCE_UNKNOWN');
    }
  });

  it('is not there where nobody asks for it', async () => {
    assertProblem(await ask(exampleService(), '/'), 404, 'RESOURCE_UNKNOWN');
  });
});

describe('the files of the page', () => {
  it('are those that lie in openapi/', async () => {
    for (const name of ['openapi.yaml', 'cor-1.xsd', 'examples/sealed-attribute.xml', 'examples/put-rfc9421.http']) {
      assert.equal((await ask(service(), `/${name}`)).body, readBeside(name), name);
    }
  });

  it('have the description as JSON too, and it is the same', async () => {
    const { body } = await ask(service(), '/openapi.json');
    assert.deepEqual(JSON.parse(body), api, 'run scripts/openapi-json.mjs');
    assert.deepEqual(Object.keys(api), ['openapi', 'info', 'servers', 'tags', 'security', 'paths', 'components']);
  });

  it('are no private keys', () => {
    for (const path of page.paths) {
      const { body } = page.get(path) ?? assert.fail(path);
      assert.doesNotMatch(body.text, /PRIVATE KEY/, path);
    }
  });
});

describe('markup', () => {
  it('escapes whatever is put into it', () => {
    assert.equal(html`<p title="${'"'}">${'<b>&'} ${5}</p>`.text, '<p title="&quot;">&lt;b&gt;&amp; 5</p>');
    assert.equal(html`${html`<b>${'<'}</b>`}${[html`1`, html`2`]}`.text, '<b>&lt;</b>12');
  });

  it('of descriptions has paragraphs, lists and code', () => {
    assert.equal(
      prose('One\nline.\n\n* `a < b`\n* two\n  lines\n\nEnd.').text,
      '<p>One line.</p><ul><li><code>a &lt; b</code></li><li>two lines</li></ul><p>End.</p>',
    );
    assert.equal(inline('a `b` c').text, 'a <code>b</code> c');
  });
});
