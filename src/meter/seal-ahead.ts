import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';
import { selectReading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { ALL_RIGHTS } from './all-rights.ts';

export interface SealAheadParts {
  readonly devices: LogicalDevices;
  readonly sealed: SealedDocuments;
  readonly log: Log;
}

/**
 * Seals the hot resources of a device as soon as its sample is there, so that a slow token is not on a request's path.
 * Who may see less than everything gets a document of their own, when they ask.
 * Returns what is to be called with the name of a device that has a new snapshot.
 * @throws SealmeterError (configuration) `SEAL_AHEAD_UNKNOWN` where a target names nothing
 */
export function sealAhead(targets: readonly string[], { devices, sealed, log }: SealAheadParts): (id: string) => void {
  const hot = targets.map((target) => hotResource(target, devices));
  return (id) => {
    for (const { target, read } of hot.filter(({ device }) => device === id)) {
      sealed.prepare(writeMeasurementData(read())).catch((error: unknown) => {
        log.warn('seal.ahead-failed', { target, reason: reasonOf(error) });
      });
    }
  };
}

function hotResource(target: string, devices: LogicalDevices) {
  try {
    const wanted = parseResource(target);
    const read = () => selectReading(wanted, { devices, rights: ALL_RIGHTS });
    return { target, read, device: read().meterId };
  } catch (cause) {
    throw new SealmeterError(
      'configuration',
      'SEAL_AHEAD_UNKNOWN',
      `${target} cannot be sealed ahead: ${reasonOf(cause)}`,
      { mend: 'correct it in sealAhead, or remove it', cause },
    );
  }
}
