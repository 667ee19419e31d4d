import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

import { ExampleDas } from './support/example-das.ts';

const HTML = '<!doctype html><title>sealmeter</title><script type="module" src="./assets/main-4f2c.js"></script>';
const SCRIPT = `/* ${'a script '.repeat(200)} */`;

const folder = await mkdtemp(join(tmpdir(), 'sealmeter-page-'));
await mkdir(join(folder, 'assets'));
await writeFile(join(folder, 'index.html'), HTML);
await writeFile(join(folder, 'verify.html'), '<!doctype html><script>verify()</script>');
await writeFile(join(folder, 'assets', 'main-4f2c.js'), SCRIPT);
const das = await ExampleDas.open({ pageFolder: folder });
after(async () => {
  await das[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the page', () => {
  it('is there for who is not logged in', async () => {
    const { status, headers, bytes } = await (await das.visitor()).get('/');
    assert.deepEqual([status, headers['content-type'], bytes.toString()], [200, 'text/html; charset=utf-8', HTML]);
  });

  it('runs nothing but files of this server, and is in no frame', async () => {
    const { headers } = await (await das.visitor()).get('/');
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/);
    assert.doesNotMatch(policy, /unsafe|data:|blob:|\*|https?:/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.match(String(headers['permissions-policy']), /camera=\(\).*geolocation=\(\)/);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
    assert.equal(headers['x-powered-by'], undefined);
  });

  it('is asked for anew each time, but sent only when it has changed', async () => {
    const visitor = await das.visitor();
    const { headers } = await visitor.get('/');
    assert.equal(headers['cache-control'], 'no-cache');
    const again = await visitor.get('/', { 'If-None-Match': headers.etag });
    assert.deepEqual([again.status, again.bytes.length], [304, 0]);
    assert.equal((await visitor.get('/', { 'If-None-Match': '"another"' })).status, 200);
  });

  it('has assets whose names change with their content, to be kept for ever', async () => {
    const { headers } = await (await das.visitor()).get('/assets/main-4f2c.js');
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
  });

  it('is compressed for who takes that', async () => {
    const visitor = await das.visitor();
    const small = await visitor.get('/assets/main-4f2c.js', { 'Accept-Encoding': 'gzip, br' });
    assert.equal(small.headers['content-encoding'], 'br');
    assert.equal(small.headers.vary, 'Accept-Encoding');
    assert.equal(brotliDecompressSync(small.bytes).toString(), SCRIPT);
    assert.ok(small.bytes.length < SCRIPT.length / 2);
    for (const accepted of ['gzip', 'br;q=0', 'identity'])
      assert.equal(
        (await visitor.get('/assets/main-4f2c.js', { 'Accept-Encoding': accepted })).bytes.toString(),
        SCRIPT,
      );
  });

  it('has a verifier to take along, which does not run here', async () => {
    const { headers } = await (await das.visitor()).get('/verify.html');
    assert.equal(headers['content-disposition'], 'attachment; filename="sealmeter-verify.html"');
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline/);
  });

  it('answers a HEAD as a GET, without the body', async () => {
    const { status, headers, bytes } = await (await das.visitor()).raw('HEAD', '/', {});
    assert.deepEqual([status, headers['content-length'], bytes.length], [200, `${HTML.length}`, 0]);
  });
});

it('a folder without a page is told at the start', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'sealmeter-page-'));
  await assert.rejects(ExampleDas.open({ pageFolder: empty }), { code: 'PAGE_UNREADABLE' });
  await rm(empty, { recursive: true });
  await assert.rejects(ExampleDas.open({ pageFolder: empty }), { code: 'PAGE_UNREADABLE' });
});

it('a demonstration leaves the name localhost to the other services of its machine', async () => {
  await using demo = await ExampleDas.open({ demo: true });
  assert.equal((await (await demo.visitor()).get('/api/session')).headers['strict-transport-security'], undefined);
});

it('Prometheus is told by its client certificate, or not at all', async () => {
  await using counting = await ExampleDas.open({ metrics: async () => 'das_meters 2\n' });
  assert.equal((await (await counting.visitor()).get('/metrics')).status, 401);
  const { bytes, headers } = await (await counting.visitor('ada')).get('/metrics');
  assert.equal(bytes.toString(), 'das_meters 2\n');
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal((await (await das.visitor('ada')).get('/metrics')).status, 404);
});
