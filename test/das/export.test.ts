import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { fromHex } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { exportCsv } from '#das/export-csv.ts';
import { exportOcmf } from '#das/export-ocmf.ts';
import { exportPackage } from '#das/export-package.ts';
import type { ExportRequest } from '#das/export-request.ts';
import { exportXlsx } from '#das/export-xlsx.ts';
import type { JudgedDocument } from '#das/reading-store.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import type { OcmfParties } from '#representation/ocmf.ts';
import { sealmeter } from '../support/in-process.ts';
import { program } from '../support/programs.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { judged, METER } from './support/judged.ts';
import { sealedDocuments } from './support/sealed.ts';

const EVER = { from: Instant(0), to: Instant(Date.UTC(2100, 0)) };

const key = makeSigningKey();
const documents = await sealedDocuments(key, 3);
assert.ok(documents.every(({ verdict }) => verdict.proven));

/** A store with documents in it, and what is to be given out of it. */
async function storeWith(t: TestContext, batch: readonly JudgedDocument[], changes: Partial<ExportRequest> = {}) {
  const store = await openSqliteStore(temporaryFolder(t));
  t.after(() => store[Symbol.asyncDispose]());
  await store.append(batch);
  const request: ExportRequest = {
    store,
    meter: METER,
    kind: 'capture',
    range: EVER,
    zone: new Zone('Europe/Berlin'),
    locale: 'en',
    ...changes,
  };
  return request;
}

async function bytesOf(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

function python(script: string, input: Uint8Array, ...args: string[]): unknown {
  return JSON.parse(execFileSync(program('python3'), ['-c', script, ...args], { input, encoding: 'utf8' }));
}

const READ_CSV =
  'import csv,io,json,sys; text=io.TextIOWrapper(sys.stdin.buffer,encoding="utf-8",newline=""); print(json.dumps(list(csv.reader(text,delimiter=sys.argv[1],strict=True))))';

const HEADINGS = [
  'meter',
  'number',
  'time UTC',
  'time Europe/Berlin',
  'state',
  'document SHA-256',
  '1-0:1.8.0.255 [Wh]',
  '1-0:32.7.0.255 [V]',
];

test('a CSV reader of another maker reads what was written, in both locales', async (t) => {
  const request = await storeWith(t, [judged(1)]);
  const [headings, first] = python(READ_CSV, await bytesOf(exportCsv(request)), ',') as string[][];
  assert.deepEqual(headings, HEADINGS);
  assert.deepEqual(first?.toSpliced(5, 1), [
    METER,
    '1',
    '2026-11-01T00:15:00.000Z',
    '2026-11-01 01:15:00.000',
    '0'.repeat(16),
    '1001',
    '230.01',
  ]);
  const german = python(READ_CSV, await bytesOf(exportCsv({ ...request, locale: 'de' })), ';') as string[][];
  assert.equal(german[1]?.[3], '2026-11-01 01:15:00,000', 'a German spreadsheet takes a time with a point for a text');
  assert.deepEqual(german[1]?.slice(6), ['1001', '230,01']);
});

test('what is missing is an empty field, and more than a page is given out whole', async (t) => {
  const many = Array.from({ length: 2_300 }, (_, number) => judged(number));
  const request = await storeWith(t, [...many, judged(2_300, { values: [] })]);
  const rows = python(READ_CSV, await bytesOf(exportCsv(request)), ',') as string[][];
  assert.equal(rows.length, 2_302);
  assert.deepEqual(rows.at(-1)?.slice(6), ['', '']);
});

test('no text becomes a formula, whoever has sent it', async (t) => {
  const evil = '=cmd|"/c calc"!A1';
  const request = await storeWith(t, [judged(1, { meter: evil, state: '+1+1' })], { meter: evil });
  const [, row] = python(READ_CSV, await bytesOf(exportCsv(request)), ',') as string[][];
  assert.deepEqual([row?.[0], row?.[4]], [`'${evil}`, "'+1+1"]);
  const cells = python(READ_XLSX, await bytesOf(exportXlsx(request))) as [string, string][][];
  assert.deepEqual(
    [cells[1]?.[0], cells[1]?.[4]],
    [
      ['inlineStr', evil],
      ['inlineStr', '+1+1'],
    ],
  );
});

/** As the file has it: openpyxl itself takes a text that begins with "=" for a formula. */
const READ_XLSX = `
import io, json, sys, zipfile, xml.etree.ElementTree as tree, openpyxl
data = io.BytesIO(sys.stdin.buffer.read())
book = openpyxl.load_workbook(data)
space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
sheet = tree.fromstring(zipfile.ZipFile(data).read('xl/worksheets/sheet1.xml'))
assert not list(sheet.iter(space + 'f')), 'a formula'
print(json.dumps([[[cell.get('t', 'n'), ''.join(cell.itertext())] for cell in row] for row in sheet.iter(space + 'row')]))
`;

const READ_VALUES = `
import io, json, sys, openpyxl
sheet = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read())).active
print(json.dumps([[str(cell.value) for cell in row] for row in sheet.iter_rows()]))
`;

const READ_WIDTHS = `
import io, json, sys, openpyxl
from openpyxl.utils import get_column_letter as letter
sheet = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read())).active
print(json.dumps([[sheet.column_dimensions[letter(cell.column)].width, len(str(cell.value)), len(str(sheet.cell(2, cell.column).value))] for cell in sheet[1]]))
`;

test('columns of a workbook are wide enough: a spreadsheet shows a time that does not fit as ###', async (t) => {
  const widths = python(READ_WIDTHS, await bytesOf(exportXlsx(await storeWith(t, [judged(1)])))) as number[][];
  assert.equal(widths.length, HEADINGS.length);
  test('a stranger believes the certificates of a package where they lead to the roots that were given', async (t) => {
    const folder = temporaryFolder(t);
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    const [certificatePem, privateKeyPem] = ['signature.pem', 'signature.key'].map((name) =>
      readFileSync(join(folder, 'meter', name), 'utf8'),
    ) as [string, string];
    const signer = softwareSigner({ certificatePem, privateKeyPem });
    const sealed = await sealedDocuments(
      { ...key, certificatePem, privateKeyPem, signer, certificate: new X509Certificate(certificatePem) },
      2,
    );
    const { store, meter, kind, range } = await storeWith(t, sealed);
    const file = join(folder, 'package.zip');
    const signatures = [{ id: signer.keyId, pem: certificatePem }];
    writeFileSync(file, await bytesOf(exportPackage({ store, meter, kind, range, signatures })));
    // Nobody answers about revocation here: it is the chains that count.
    const by = (pki: string): readonly string[] =>
      ['root', 'sub'].flatMap((ca) => ['--signature-ca', join(folder, 'pki', `${pki}-${ca}.pem`)]);
    const verify = ['verify', '--trust-package', '--ocsp-url', 'http://127.0.0.1:1/', '--soft-fail', file];
    const right = await sealmeter([...verify, ...by('signature')]);
    assert.equal(right.code, 0, right.stdout + right.stderr);
    const wrong = await sealmeter([...verify, ...by('tls')]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stdout, /SIGNATURE_CERTIFICATE_CHAIN_INVALID/);
  });

  for (const [index, [width = 0, heading = 0, value = 0]] of widths.entries()) {
    assert.ok(width > Math.max(heading, value), `${HEADINGS[index]}: ${width}`);
  }
});

test('a spreadsheet library of another maker reads the workbook: times, numbers, texts', async (t) => {
  const precise = judged(4, {
    at: Instant(Date.UTC(2026, 10, 20, 12)),
    values: [{ object: '3-0100010800ff', attribute: 2, value: 2n ** 64n - 1n, scaler: 0, unit: 30 }],
  });
  const request = await storeWith(t, [judged(1), precise]);
  const [headings, first, last] = python(READ_VALUES, await bytesOf(exportXlsx(request))) as string[][];
  assert.deepEqual(headings, HEADINGS);
  assert.deepEqual(first?.toSpliced(5, 1), [
    METER,
    '1',
    '2026-11-01T00:15:00.000Z',
    '2026-11-01 01:15:00',
    '0'.repeat(16),
    '1001',
    '230.01',
  ]);
  assert.deepEqual(last?.slice(6), ['18446744073709551615', 'None'], 'too exact for a spreadsheet, so a text');
});

async function packageOf(t: TestContext, signatures: readonly SigningKey[] = [key]) {
  const { store, meter, kind, range } = await storeWith(t, documents);
  const pinned = signatures.map(({ signer, certificatePem }) => ({ id: signer.keyId, pem: certificatePem }));
  const zip = await bytesOf(exportPackage({ store, meter, kind, range, signatures: pinned }));
  const folder = temporaryFolder(t);
  const file = join(folder, 'package.zip');
  writeFileSync(file, zip);
  return { folder, file, zip };
}

test('a package unpacks to the very documents, which xmlsec1 verifies with the certificate beside them', async (t) => {
  const { folder, file } = await packageOf(t, [key, makeSigningKey()]);
  execFileSync(program('unzip'), ['-q', file, '-d', folder]);
  const names = readdirSync(join(folder, 'documents'));
  assert.deepEqual(
    names.map((name) => readFileSync(join(folder, 'documents', name))),
    documents.map(({ bytes }) => Buffer.from(bytes)),
  );
  const certificates = readdirSync(join(folder, 'certificates'));
  assert.deepEqual(certificates, [`${key.signer.keyId.slice(7)}.pem`], 'a key that has sealed nothing stays out');
  for (const name of names) {
    const certificate = join(folder, 'certificates', certificates[0] ?? '');
    const { status, stderr } = spawnSync(program('xmlsec1'), [
      '--verify',
      '--pubkey-cert-pem',
      certificate,
      join(folder, 'documents', name),
    ]);
    assert.equal(status, 0, stderr.toString());
  }
});

test('sealmeter verifies a package by a certificate that was compared, and by its own only when told to', async (t) => {
  const { file, folder } = await packageOf(t);
  const certificate = join(folder, 'signature.pem');
  writeFileSync(certificate, key.certificatePem);
  const compared = await sealmeter(['verify', '--meter', certificate, file]);
  assert.deepEqual([compared.code, compared.stdout], [0, `${file}\n  3 of 3 documents of ${METER} proven\nproven\n`]);
  const believed = await sealmeter(['verify', '--trust-package', '--json', file]);
  assert.equal(believed.code, 0);
  assert.match(believed.stderr, new RegExp(`believing CN=test \\(${key.signer.keyId}\\)`));
  assert.equal(believed.stdout.trim().split('\n').length, 3);
  const other = join(folder, 'other.pem');
  writeFileSync(other, makeSigningKey().certificatePem);
  assert.equal((await sealmeter(['verify', '--meter', other, file])).code, 1);
});

const TAMPERING: readonly {
  readonly what: string;
  readonly change: (files: Record<string, Uint8Array>, document: string) => void;
}[] = [
  {
    what: 'an altered value',
    change: (files, document) => {
      files[document] = replaced(files[document], '123457', '923457');
    },
  },
  {
    what: 'a document that the manifest does not list',
    change: (files, document) => {
      files['documents/extra.xml'] = files[document] ?? Buffer.of();
    },
  },
  {
    what: 'a document that is gone',
    change: (files, document) => {
      delete files[document];
    },
  },
  {
    what: 'a document of another meter',
    change: (files) => {
      files['manifest.json'] = replaced(files['manifest.json'], METER, '1sie0099999999.sm');
    },
  },
  {
    what: 'no manifest',
    change: (files) => {
      delete files['manifest.json'];
    },
  },
];

for (const { what, change } of TAMPERING) {
  test(`a package with ${what} is not proven`, async (t) => {
    const { file, zip } = await packageOf(t);
    const files = unzipSync(zip);
    change(files, Object.keys(files).find((name) => name.startsWith('documents/')) ?? '');
    writeFileSync(file, zipSync(files));
    assert.equal((await sealmeter(['verify', '--trust-package', file])).code, 1);
  });
}

test('what is no package, or a cut off one, is refused with a reason', async (t) => {
  const { file, zip } = await packageOf(t);
  writeFileSync(file, zip.subarray(0, zip.length / 2));
  const { code, stderr } = await sealmeter(['verify', '--trust-package', file]);
  assert.equal(code, 1);
  assert.match(stderr, /PACKAGE_MALFORMED/);
});

test('energies leave as OCMF, signed by the DAS, and OpenSSL verifies it', async (t) => {
  const { store, meter, kind, range, zone } = await storeWith(t, documents);
  const das = makeSigningKey();
  const parties: OcmfParties = {
    gateway: { identification: 'sealmeter', serial: 'das', version: '1' },
    meter: { manufacturer: 'Siemens', model: 'PAC3200', serial: METER },
    zone,
    sign: async (payload) => derFromRaw(await das.signer.sign(payload), das.signer.algorithm.curve) ?? Buffer.of(),
  };
  const lines = (await bytesOf(exportOcmf({ store, meter, kind, range }, parties))).toString().trimEnd().split('\n');
  assert.equal(lines.length, 3);
  const [form, payload = '', signature = ''] = (lines[0] ?? '').split('|');
  assert.equal(form, 'OCMF');
  const { RD } = JSON.parse(payload) as { RD: { RI: string; RV: number }[] };
  assert.deepEqual(
    RD.map(({ RI, RV }) => [RI, RV]),
    [['01-00:01.08.00*FF', 123_457]],
    'and nothing that is no energy',
  );
  const folder = temporaryFolder(t);
  const files = {
    key: das.certificate.publicKey.export({ type: 'spki', format: 'pem' }),
    data: payload,
    signature: fromHex((JSON.parse(signature) as { SD: string }).SD) ?? '',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const args = [
    'dgst',
    '-sha256',
    '-verify',
    join(folder, 'key'),
    '-signature',
    join(folder, 'signature'),
    join(folder, 'data'),
  ];
  assert.equal(execFileSync(program('openssl'), args, { encoding: 'utf8' }).trim(), 'Verified OK');
});

function replaced(bytes: Uint8Array | undefined, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes ?? []).toString();
  assert.ok(text.includes(from));
  return Buffer.from(text.replace(from, to));
}
