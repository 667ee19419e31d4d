import type { Zone } from '#core/zone.ts';
import type { QuarantineAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { Await, Card } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { toProof } from '#das/page/route.ts';

const SHOWN = 50;

interface QuarantineParts {
  readonly meter: string;
  readonly zone: Zone;
}

/** What came as this meter's and was not proven, the newest first: why, and the way to each document's marks. */
export function QuarantineCard({ meter, zone }: QuarantineParts) {
  const say = useTexts();
  const path = `meters/${encodeURIComponent(meter)}/quarantine?limit=${SHOWN}`;
  const [loaded, reload] = useLoaded((signal) => read<QuarantineAnswer>(path, signal), [path]);
  return (
    <Card title={say('meter.quarantine')}>
      <Await loaded={loaded} retry={reload}>
        {({ entries }) => <Refused entries={entries} meter={meter} zone={zone} />}
      </Await>
    </Card>
  );
}

function Refused({ entries, meter, zone }: QuarantineAnswer & QuarantineParts) {
  const [say, language] = [useTexts(), useLanguage()];
  if (entries.length === 0) return <p class="quiet">{say('meter.quarantine.none')}</p>;
  return (
    <>
      <p class="quiet">{say('meter.quarantine.intro', { n: SHOWN })}</p>
      <ol class="events">
        {entries.map(({ id, kind, receivedAt, code, reason }) => (
          <li key={id}>
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
