import { useState } from 'preact/hooks';
import { addTime, formatInstant, Instant, Milliseconds } from '#core/time.ts';
import type { DocumentsAnswer } from '#das/api-types.ts';
import { LATE } from '#das/local-days.ts';
import { read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { toProof } from '#das/page/route.ts';

interface MomentParts {
  readonly meter: string;
  readonly object: string;
  readonly kind: 'capture' | 'live';
  readonly at: number;
  /** The moment in words. */
  readonly name: string;
}

/** Leads from a moment of a chart to the document that was sealed then. */
export function MomentLink({ meter, object, kind, at, name }: MomentParts) {
  const say = useTexts();
  const [absent, setAbsent] = useState(false);
  const open = async (): Promise<void> => {
    const document = await documentAt(meter, kind, Instant(Math.round(at)));
    setAbsent(document === undefined);
    if (document !== undefined) location.hash = toProof(document.id, { meter, object, attribute: 2, at: document.at });
  };
  if (absent) return <span class="quiet">{say('profile.proof.none')}</span>;
  return (
    <button type="button" class="plain" onClick={() => void open()}>
      {say('profile.proof', { time: name })}
    </button>
  );
}

/** The first reading from then on; one of a full hour may be a little late. */
const MOMENT = Milliseconds(LATE);

async function documentAt(meter: string, kind: string, at: Instant) {
  const query = new URLSearchParams({
    kind,
    from: formatInstant(at),
    to: formatInstant(addTime(at, MOMENT)),
    limit: '1',
  });
  const path = `meters/${encodeURIComponent(meter)}/documents?${query.toString()}`;
  const { documents } = await read<DocumentsAnswer>(path);
  return documents[0];
}
