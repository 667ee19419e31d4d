import { useState } from 'preact/hooks';
import { formatInstant, Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { ExportFormat, ExportLocale, MeterSummary, MetersAnswer } from '#das/api-types.ts';
import { apiPath, read } from '#das/page/api.ts';
import { dateOf, dayOf, periodAround } from '#das/page/chart/calendar.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { Await, Field, Title } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';

const FORMATS: readonly ExportFormat[] = ['package', 'csv', 'xlsx', 'ocmf'];
const LOCALES: readonly ExportLocale[] = ['en', 'de'];

/** Readings to take along. */
export function ExportPage({ meter }: { readonly meter: string | undefined }) {
  const say = useTexts();
  const [loaded, reload] = useLoaded((signal) => read<MetersAnswer>('meters', signal), []);
  return (
    <div class="narrow">
      <Title text={say('export.title')} />
      <Await loaded={loaded} retry={reload}>
        {({ meters }) =>
          meters.length === 0 ? <p>{say('meters.first')}</p> : <ExportForm meters={meters} first={meter} />
        }
      </Await>
    </div>
  );
}

interface FormParts {
  readonly meters: readonly MeterSummary[];
  readonly first: string | undefined;
}

function ExportForm({ meters, first }: FormParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const [id, setId] = useState(first ?? meters[0]?.id ?? '');
  const [format, setFormat] = useState<ExportFormat>('package');
  const [locale, setLocale] = useState<ExportLocale>(language);
  const zone = new Zone(meters.find((meter) => meter.id === id)?.zone ?? 'UTC');
  const [from, setFrom] = useState(() => dateOf(periodAround('month', Instant(Date.now()), zone).from, zone));
  const [to, setTo] = useState(() => dateOf(Instant(Date.now()), zone));
  const [start, end] = [dayOf(from, zone)?.from, dayOf(to, zone)?.to];
  const inOrder = start !== undefined && end !== undefined && start < end;
  return (
    <div class="card">
      <Field label={say('export.meter')}>
        {(field) => (
          <select id={field} value={id} onChange={({ currentTarget }) => setId(currentTarget.value)}>
            {meters.map((meter) => (
              <option key={meter.id} value={meter.id}>
                {meter.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={say('export.format')}>
        {(field) => (
          <select
            id={field}
            value={format}
            onChange={({ currentTarget }) => setFormat(currentTarget.value as ExportFormat)}
          >
            {FORMATS.map((choice) => (
              <option key={choice} value={choice}>
                {say(`export.${choice}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div class="pair">
        <DateField label={say('export.from')} value={from} onChange={setFrom} />
        <DateField label={say('export.to')} value={to} onChange={setTo} />
      </div>
      <p class="hint">{say('export.zone', { zone: zone.name })}</p>
      {(format === 'csv' || format === 'xlsx') && (
        <Field label={say('export.locale')}>
          {(field) => (
            <select
              id={field}
              value={locale}
              onChange={({ currentTarget }) => setLocale(currentTarget.value as ExportLocale)}
            >
              {LOCALES.map((choice) => (
                <option key={choice} value={choice}>
                  {say(`export.locale.${choice}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {inOrder ? (
        <a class="button main" href={exportPath({ id, format, locale, from: start, to: end })} download>
          {say('export.download')}
        </a>
      ) : (
        <p class="callout failed" role="alert">
          {say('export.order')}
        </p>
      )}
    </div>
  );
}

interface Wanted {
  readonly id: string;
  readonly format: ExportFormat;
  readonly locale: ExportLocale;
  readonly from: Instant;
  readonly to: Instant;
}

function exportPath({ id, format, locale, from, to }: Wanted): string {
  const query = new URLSearchParams({ format, locale, from: formatInstant(from), to: formatInstant(to) });
  return apiPath(`meters/${encodeURIComponent(id)}/export?${query.toString()}`);
}

interface DateParts {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function DateField({ label, value, onChange }: DateParts) {
  return (
    <Field label={label}>
      {(field) => (
        <input
          id={field}
          type="date"
          value={value}
          required
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  );
}
