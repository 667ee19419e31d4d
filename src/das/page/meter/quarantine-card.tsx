import type { Zone } from '#core/zone.ts';
import type { QuarantineAnswer, QuarantinedDocument } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { Card, MorePages } from '#das/page/parts/frame.tsx';
import { usePages } from '#das/page/parts/hooks.ts';
import { toProof } from '#das/page/route.ts';

const PAGE = 20;

interface QuarantineParts {
  readonly meter: string;
  readonly zone: Zone;
}

/** What came as this meter's and was not proven, the newest first: why, and the way to each document's marks. */
export function QuarantineCard({ meter, zone }: QuarantineParts) {
  const say = useTexts();
  const pages = usePages<QuarantinedDocument>({
    load: (before, signal) => loadPage(meter, before, signal),
    cursorOf: ({ entry }) => entry,
    size: PAGE,
  });
  const isEmpty = pages.entries.length === 0;
  return (
    <Card title={say('meter.quarantine')}>
      {isEmpty && pages.state === 'complete' && <p class="quiet">{say('meter.quarantine.none')}</p>}
      {!isEmpty && <Refused entries={pages.entries} meter={meter} zone={zone} />}
      <MorePages pages={pages} />
    </Card>
  );
}

async function loadPage(meter: string, before: string | undefined, signal: AbortSignal) {
  const query = new URLSearchParams({ limit: String(PAGE), ...(before !== undefined && { before }) });
  return (await read<QuarantineAnswer>(`meters/${encodeURIComponent(meter)}/quarantine?${query.toString()}`, signal))
    .entries;
}

function Refused({ entries, meter, zone }: QuarantineAnswer & QuarantineParts) {
  const [say, language] = [useTexts(), useLanguage()];
  return (
    <>
      <p class="quiet">{say('meter.quarantine.intro')}</p>
      <ol class="events">
        {entries.map(({ entry, id, kind, receivedAt, code, reason }) => (
          <li key={entry}>
            <a href={toProof(id, { meter })}>{say(`meter.quarantine.${kind}`)}</a>{' '}
            <time dateTime={receivedAt}>{formatTime(instantOf(receivedAt) ?? 0, 'exact', zone, language)}</time>
            <span lang="en">
              {reason} <code>{code}</code>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
