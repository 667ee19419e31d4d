import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Ended, type RunningCommand, runProgram, startCommand } from '../support/commands.ts';
import { program } from '../support/programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'src', 'cli', 'main.ts');
const page = readFileSync(join(root, 'docs', 'client-library.md'), 'utf8');

/** The examples of the page, in one language. */
const examples = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);

describe('the client library, as others install it', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-library-'));
  const site = join(folder, 'site');
  const installed = join(folder, 'node_modules', 'sealmeter');
  let demo: RunningCommand;
  before(async () => {
    mkdirSync(installed, { recursive: true });
    const { code, stderr } = await runProgram(process.execPath, [
      join(root, 'scripts', 'build.mjs'),
      join(installed, 'dist'),
    ]);
    assert.equal(code, 0, stderr);
    cpSync(join(root, 'package.json'), join(installed, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
    demo = await startCommand(['demo', '--dir', site, '--port', '0']);
  });
  after(async () => {
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  /** Runs an example in the folder of the site, where its files are. */
  const run = (code: string): Promise<Ended> => {
    const file = join(folder, 'example.mjs');
    writeFileSync(file, code);
    return runProgram(process.execPath, [file], { cwd: site });
  };

  it('reads a meter, keeps the document, and verifies it: as the page says', async () => {
    const [verify, read] = examples('js') as [string, string];
    const reading = await run(read);
    assert.equal(reading.code, 0, reading.stderr);
    assert.match(reading.stdout, /^\d{4}-\d\d-\d\dT[\d:.]+Z \d+ Wh\n$/);
    const verified = await run(verify);
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /^1-0:1\.8\.0\.255 \d+ Wh\n$/);
    assert.match(verified.stderr, /passed seal/);
  });

  it('says no to a document that was changed, with the check that failed', async () => {
    const [verify] = examples('js') as [string];
    const document = readFileSync(join(site, 'reading.xml'), 'utf8');
    writeFileSync(join(site, 'reading.xml'), document.replace(/(<long64-unsigned [^>]*>)/, '$19'));
    const { code, stdout, stderr } = await run(verify);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /failed seal/);
  });

  it('refuses what is not proven, and says why the meter refuses', async () => {
    const [, read] = examples('js') as [string, string];
    const nowhere = await run(read.replace('3-0100010800ff', '3-0100630800ff'));
    assert.match(nowhere.stderr, /METER_REFUSED/);
    const stranger = await run(read.replace("read('das/meter-signature.pem')", "read('das/signature.pem')"));
    assert.match(stranger.stderr, /READING_NOT_PROVEN/);
    assert.match(stranger.stderr, /SEAL_KEY_UNKNOWN/);
  });

  it('is typed: the examples compile against what is published, with all that TypeScript can complain about', async () => {
    const files = examples('ts').map((code, index) => {
      const file = join(folder, `example-${index}.ts`);
      writeFileSync(file, code);
      return file;
    });
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2024,dom,esnext.disposable',
    ];
    const { code, stdout } = await runProgram(join(root, 'node_modules', '.bin', 'tsc'), [...options, ...files], {
      cwd: folder,
    });
    assert.equal(code, 0, stdout);
    assert.ok(files.length > 0);
  });

  it('verifies what curl hands over on standard input', async () => {
    const lines = examples('sh').join('\n');
    const sealmeter = `sealmeter() { "${process.execPath}" "${main}" "$@"; }`;
    const url = `${demo.ready}/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff/attributes/2`;
    program('curl');
    const script = [sealmeter, `URL=${url}`, lines].join('\n');
    const { code, stdout, stderr } = await runProgram('/bin/bash', ['-euo', 'pipefail', '-c', script], { cwd: site });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\nproven\n$/);
  });
});
