import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Sample } from '#core/sample.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { columnsOf } from '#journal/capture-columns.ts';
import type { NewCapture } from '#journal/captures.ts';
import { type RecordedExchange, recordExchange } from '#journal/device-exchange.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { ALL_RIGHTS } from './all-rights.ts';
import { firstSample } from './first-sample.ts';
import { journalFolder } from './meter-journal.ts';
import type { MeteredDevice } from './metering.ts';
import { sequenceNumbers } from './numbered-device.ts';
import type { Sealing } from './sealing.ts';

export interface ExchangeRequest {
  /** As it is configured now: the new meter, at the address of the old one. */
  readonly metered: MeteredDevice;
  readonly oldMeterNumber: string;
  /** Who exchanged it. */
  readonly by: string;
}

export interface ExchangeParts {
  readonly stateFolder: string;
  readonly sealing: Sealing;
  readonly clock: Clock;
}

/**
 * Reads the new meter, seals its initial readings, and records the exchange. The old meter is gone by then: its last
 * capture is its final one. The service does not run meanwhile, since it is the journal's only writer.
 * @throws SealmeterError (device) `EXCHANGE_NOT_READ`, (configuration) `JOURNAL_LOCKED`; and what `recordExchange` throws
 */
export async function exchangeDevice(
  { metered, oldMeterNumber, by }: ExchangeRequest,
  { stateFolder, sealing, clock }: ExchangeParts,
): Promise<RecordedExchange> {
  const { id: device, meterNumber: newMeterNumber } = metered;
  using journal = openJournal({ folder: journalFolder(stateFolder), clock });
  const { sample } = await firstSample(metered, clock);
  if (sample === undefined || !isOfMeter(sample)) throw notRead(metered);
  const initial = await sealedCapture(metered, sample, { journal, stateFolder, sealing });
  const recorded = recordExchange(journal, {
    device,
    oldMeterNumber,
    newMeterNumber,
    final: undefined,
    initial,
    by,
  });
  await journal.checkpoint((text) => sealing.sealText(text));
  return recorded;
}

const isOfMeter = ({ flags }: Sample): boolean =>
  !flags.has('device-unreachable') && !flags.has('device-not-identified');

interface CaptureParts extends Pick<ExchangeParts, 'stateFolder' | 'sealing'> {
  readonly journal: Journal;
}

async function sealedCapture(
  metered: MeteredDevice,
  sample: Sample,
  { journal, stateFolder, sealing }: CaptureParts,
): Promise<NewCapture> {
  const { id, description } = metered;
  const { objects: rows } = description;
  const numbers = sequenceNumbers(stateFolder, id, journal);
  const start = { at: sample.at, sequenceNumber: numbers.next() };
  const device = new SampledDevice({ ...metered, rows, start });
  const snapshot = device.accept(sample, numbers.next());
  const document = await sealing.sealForJournal(writeMeasurementData(snapshotReading(device, snapshot, ALL_RIGHTS)));
  return { device: id, captureTime: sample.at, snapshot, columns: columnsOf(rows), document };
}

function notRead({ id, host, port, description }: MeteredDevice): SealmeterError {
  const problem = `no ${description.plan.model.name} answers for ${id} at ${host}:${port}`;
  return new SealmeterError('device', 'EXCHANGE_NOT_READ', problem, {
    mend: 'connect the new meter, correct the configuration, and look with sealmeter doctor; nothing was recorded',
  });
}
