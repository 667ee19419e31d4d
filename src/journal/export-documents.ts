import { formatInstant } from '#core/time.ts';
import type { Capture, CaptureRange, CaptureReader } from './captures.ts';

/** A sealed document, byte for byte, and a name for the file that it may become. */
export interface ExportedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The sealed documents of a range of captures, oldest first. One file each: every one of them is evidence on its own, and
 * any tool that verifies XML signatures takes it as it is, which it would not do with a container. Captures that were
 * taken while the signer was away have none.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* exportDocuments(
  captures: CaptureReader,
  range: CaptureRange,
): Generator<ExportedDocument, void, undefined> {
  for (const capture of captures.read(range)) {
    const bytes = captures.document(capture);
    if (bytes !== undefined) yield { name: fileNameOf(capture), bytes };
  }
}

/** `1sie0012345678.sm-00000017-20261120T091500Z.xml`: sorts by number, and any file system takes it. */
function fileNameOf({ device, number, captureTime }: Capture): string {
  const time = formatInstant(captureTime).replace(/\.\d+/, '').replaceAll(/[:-]/g, '');
  return `${device}-${String(number).padStart(8, '0')}-${time}.xml`;
}
