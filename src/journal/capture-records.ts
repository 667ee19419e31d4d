import { fromUtf8 } from '#core/bytes.ts';
import { Milliseconds } from '#core/time.ts';
import type { CaptureRecord, CaptureRecords } from '#cosem/capture-record.ts';
import type { Capture, CaptureReader } from './captures.ts';
import { damaged } from './store/journal-errors.ts';

/** Every capture was taken for a moment that is a whole number of these. */
const FINEST = Milliseconds(1);

/** The captures of a device with all that proves them, as objects read them. */
export function captureRecords(captures: CaptureReader, device: string): CaptureRecords {
  return {
    count: () => captures.count(device, FINEST),
    newest() {
      const last = captures.last(device);
      return last && recordOf(captures, last);
    },
    *entries({ from, to, numbers }, order) {
      const range = {
        device,
        ...numbers,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      for (const capture of captures.read(range, order)) yield recordOf(captures, capture);
    },
  };
}

function recordOf(captures: CaptureReader, capture: Capture): CaptureRecord {
  const { values, ...record } = capture;
  return {
    ...record,
    columns: values.layout,
    measured: values.encoded,
    document: () => documentOf(captures, capture),
  };
}

/** Canonical XML is UTF-8, so that the text has the same bytes again. */
function documentOf(captures: CaptureReader, capture: Capture): string {
  const bytes = captures.document(capture);
  const text = bytes && fromUtf8(bytes);
  if (text === undefined) throw damaged(`${capture.device} ${capture.number}`, 'its document is no text');
  return text;
}
