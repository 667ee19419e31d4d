import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, required, type Terminal, usageError } from '#cli/command.ts';
import { type Instant, parseInstant } from '#core/time.ts';
import type { CaptureRange, CaptureReader } from '#journal/captures.ts';
import { exportCsv } from '#journal/export-csv.ts';
import { exportDocuments } from '#journal/export-documents.ts';
import { type JournalReader, openJournalReader } from '#journal/journal-reader.ts';
import { exportOcmfOf } from './ocmf.ts';
import { JOURNAL_OPTIONS, journalPath } from './shared-options.ts';

const { journal } = JOURNAL_OPTIONS;

const OPTIONS = {
  journal,
  format: { type: 'string', value: 'FORMAT', help: 'xml (default), csv or ocmf.' },
  device: { type: 'string', value: 'LDEV', help: 'The logical device. Needed where there are several.' },
  from: { type: 'string', value: 'TIME', help: 'The first moment, such as 2026-11-20T09:15:00Z. Default: the first.' },
  until: { type: 'string', value: 'TIME', help: 'The first moment that is not wanted any more. Default: none.' },
  to: { type: 'string', value: 'FOLDER', help: 'xml: where the documents go, a file each.' },
  config: { type: 'string', value: 'FILE', help: 'ocmf: meter.yaml, for the key that signs and for the meter.' },
} as const;

type ExportValues = Parameters<Parameters<typeof command<typeof OPTIONS>>[0]['run']>[0]['values'];

export const exportCaptures = command({
  usage: 'journal export',
  summary: 'Gives out captures as sealed documents, as CSV, or as OCMF records.',
  notes: [
    'xml writes a file for each document into --to and prints their names; each verifies on its own.',
    'csv and ocmf go to stdout. CSV is no evidence; it names the documents that are.',
  ],
  options: OPTIONS,
  async run({ values }, terminal) {
    const write = FORMATS.get(values.format ?? 'xml');
    if (write === undefined) throw usageError(`there is no format "${values.format}"`, 'give xml, csv or ocmf');
    using reader = openJournalReader(journalPath(values));
    await write({ reader, range: rangeOf(values, reader.captures), values, terminal });
    return 0;
  },
});

interface Export {
  readonly reader: JournalReader;
  readonly range: CaptureRange;
  readonly values: ExportValues;
  readonly terminal: Terminal;
}

const FORMATS: ReadonlyMap<string, (what: Export) => void | Promise<void>> = new Map([
  ['xml', writeDocuments],
  ['csv', writeCsv],
  ['ocmf', writeOcmf],
]);

function writeDocuments({ reader: { captures }, range, values, terminal }: Export): void {
  const folder = required(values, 'to');
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of exportDocuments(captures, range)) {
    writeFileSync(join(folder, name), bytes);
    terminal.write(`${join(folder, name)}\n`);
  }
}

function writeCsv({ reader: { captures }, range, terminal }: Export): void {
  for (const line of exportCsv(captures, range)) terminal.write(line);
}

async function writeOcmf({ reader, range, values, terminal }: Export): Promise<void> {
  const config = required(values, 'config');
  for await (const record of exportOcmfOf(reader, range, config, terminal.environment)) terminal.write(`${record}\n`);
}

function rangeOf({ device, from, until }: ExportValues, captures: CaptureReader): CaptureRange {
  return {
    device: deviceOf(device, captures.devices()),
    ...(from === undefined ? {} : { from: instantOf('from', from) }),
    ...(until === undefined ? {} : { to: instantOf('until', until) }),
  };
}

/** The device that was asked for, if there are captures of it; the only one, if none was named. */
function deviceOf(asked: string | undefined, devices: readonly string[]): string {
  if (devices.length === 0) {
    throw usageError('the journal has no captures yet', 'wait for the first: the meter captures each capture.period');
  }
  const [only] = devices;
  const device = asked ?? (devices.length === 1 ? only : undefined);
  if (device !== undefined && devices.includes(device)) return device;
  const problem = asked === undefined ? 'the journal has several devices' : `the journal has no captures of ${asked}`;
  throw usageError(problem, `give --device and one of: ${devices.join(', ')}`);
}

function instantOf(option: string, text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw usageError(`--${option} "${text}" is no time`, 'write 2026-11-20T09:15:00Z');
  return instant;
}
