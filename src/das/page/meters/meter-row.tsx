import type { ComponentChildren } from 'preact';
import type { MeterSummary } from '#das/api-types.ts';
import { formatAge, formatSpan, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { useNow } from '#das/page/parts/hooks.ts';
import { Seal } from '#das/page/parts/icons.tsx';
import { toMeter } from '#das/page/route.ts';

const VERDICT_SEALS = { proven: 'passed', failed: 'failed', none: 'unchecked' } as const;

/** Fewer days than these are worth a look. */
const FEW_DAYS = 30;

/** A clock that is further off than this is worth a look. */
const FAR_OFF = 2_000;

/** A meter in one line: on a phone, in a card. */
export function MeterRow({ meter }: { readonly meter: MeterSummary }) {
  const [say, language] = [useTexts(), useLanguage()];
  const now = useNow(1_000);
  const at = instantOf(meter.lastReadingAt);
  return (
    <tr>
      <Cell label={say('meters.column.health')}>
        <span>
          <span class={`dot ${meter.health}`} aria-hidden="true" /> {say(`health.${meter.health}`)}
        </span>
      </Cell>
      <th scope="row">
        <a href={toMeter(meter.id)}>{meter.name}</a>
        <span class="quiet small">{meter.id}</span>
      </th>
      <Cell label={say('meters.column.reading')}>
        {at === undefined ? (
          say('meters.never')
        ) : (
          <time dateTime={meter.lastReadingAt ?? ''}>{formatAge(now - at, language)}</time>
        )}
      </Cell>
      <Cell label={say('meters.column.verdict')}>
        <span class="with-seal">
          <Seal outcome={VERDICT_SEALS[meter.lastVerdict]} />
          {say(`verdict.${meter.lastVerdict}`)}
        </span>
      </Cell>
      <Cell label={say('meters.column.gaps')} loud={meter.gaps > 0}>
        {meter.gaps === 0 ? '–' : say('meters.gaps', { count: meter.gaps })}
      </Cell>
      <Cell label={say('meters.column.certificate')} loud={(meter.certificateDays ?? FEW_DAYS) < FEW_DAYS}>
        <CertificateLife days={meter.certificateDays} />
      </Cell>
      <Cell label={say('meters.column.clock')} loud={Math.abs(meter.clockOffsetMs ?? 0) > FAR_OFF}>
        {meter.clockOffsetMs === null
          ? '–'
          : clockOffset(meter.clockOffsetMs, (length) => formatSpan(length, language))}
      </Cell>
      <Cell label={say('meters.column.alarms')} loud={meter.openAlarms > 0}>
        {meter.openAlarms === 0 ? '–' : meter.openAlarms}
      </Cell>
    </tr>
  );
}

interface CellParts {
  readonly label: string;
  readonly loud?: boolean;
  readonly children: ComponentChildren;
}

/** The label stands before the value where columns have no head, on a phone. */
function Cell({ label, loud = false, children }: CellParts) {
  return (
    <td data-label={label} class={loud ? 'loud' : ''}>
      {children}
    </td>
  );
}

function CertificateLife({ days }: { readonly days: number | null }) {
  const say = useTexts();
  if (days === null) return <>–</>;
  return <>{days < 0 ? say('meters.expired') : say('meters.days', { days })}</>;
}

/** `+12 ms`, `−3 s`: ahead of us or behind. */
function clockOffset(offset: number, inWords: (length: number) => string): string {
  const length = Math.abs(offset);
  const sign = offset < 0 ? '−' : '+';
  return length < 1_000 ? `${sign}${Math.round(length)} ms` : `${sign}${inWords(length)}`;
}
