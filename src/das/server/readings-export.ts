import { systemZone } from '#core/zone-file.ts';
import type { ExportFormat, ExportLocale } from '#das/api-types.ts';
import type { PinnedMeter } from '#das/das-registry.ts';
import { exportCsv } from '#das/export-csv.ts';
import { exportOcmf } from '#das/export-ocmf.ts';
import { exportPackage } from '#das/export-package.ts';
import type { ExportRequest } from '#das/export-request.ts';
import { exportXlsx } from '#das/export-xlsx.ts';
import type { OcmfPartiesOf } from '#das/ocmf-parties.ts';
import type { DocumentKind, ReadingStore, TimeRange } from '#das/reading-store.ts';
import type { Pieces } from './download.ts';
import { invalid } from './input.ts';

interface Wanted {
  readonly store: ReadingStore;
  readonly meter: PinnedMeter;
  readonly kind: DocumentKind;
  readonly range: TimeRange;
  readonly locale: ExportLocale;
  /** Absent where the DAS has no key to sign with. */
  readonly ocmf: OcmfPartiesOf | undefined;
}

interface FormatRow {
  readonly contentType: string;
  readonly ending: string;
  readonly write: (wanted: Wanted) => Pieces;
}

/** Every form in which readings are given out. */
export const EXPORT_FORMATS = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    ending: 'csv',
    write: (wanted) => exportCsv(requestOf(wanted)),
  },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ending: 'xlsx',
    write: (wanted) => exportXlsx(requestOf(wanted)),
  },
  package: {
    contentType: 'application/zip',
    ending: 'zip',
    write: ({ store, meter: { id, signatures }, kind, range }) =>
      exportPackage({ store, meter: id, kind, range, signatures }),
  },
  ocmf: {
    contentType: 'text/plain; charset=utf-8',
    ending: 'ocmf',
    write: writeOcmf,
  },
} as const satisfies Readonly<Record<ExportFormat, FormatRow>>;

function writeOcmf({ store, meter, kind, range, ocmf }: Wanted): Pieces {
  if (ocmf === undefined) throw invalid('format', 'another: this DAS has no key to sign OCMF with');
  return exportOcmf({ store, meter: meter.id, kind, range }, ocmf(meter));
}

const requestOf = ({ store, meter, kind, range, locale }: Wanted): ExportRequest => ({
  store,
  meter: meter.id,
  kind,
  range,
  zone: systemZone(meter.zone),
  locale,
});
