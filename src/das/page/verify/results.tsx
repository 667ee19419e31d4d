import { useMemo, useState } from 'preact/hooks';
import { Zone } from '#core/zone.ts';
import { formatSealed, formatTime } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { obisText } from '#das/page/language/obis-text.ts';
import { Card } from '#das/page/parts/frame.tsx';
import { Seal } from '#das/page/parts/icons.tsx';
import { Marks } from '#das/page/proof/marks.tsx';
import type { Verified } from './verify-all.ts';

const PAGE = 100;
const LOCAL = new Zone(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** What came of it: the sum first, then what is not proven, then all else. */
export function Results({ verified }: { readonly verified: readonly Verified[] }) {
  const say = useTexts();
  const [limit, setLimit] = useState(PAGE);
  const failed = verified.filter(({ examination }) => !examination.proven).length;
  const sorted = useMemo(
    () => verified.toSorted((a, b) => Number(a.examination.proven) - Number(b.examination.proven)),
    [verified],
  );
  const all = verified.length;
  return (
    <>
      <section class={`banner ${failed === 0 ? 'passed' : 'failed'}`} role={failed === 0 ? 'status' : 'alert'}>
        <Seal outcome={failed === 0 ? 'passed' : 'failed'} />
        <div>
          <p class="banner-title">{say('verify.summary', { proven: all - failed, all })}</p>
          {failed > 0 && <p>{say('verify.summary.failed', { failed })}</p>}
          {failed < all && <p>{say('verify.summary.by')}</p>}
        </div>
      </section>
      <Card title={say('verify.results')}>
        <ul class="results">
          {sorted.slice(0, limit).map((one, index) => (
            // Why the first one is not proven nobody should have to look for.
            <Result key={one.name} verified={one} open={all === 1 || (index === 0 && failed > 0)} />
          ))}
        </ul>
        {limit < all && (
          <button type="button" onClick={() => setLimit(limit + PAGE)}>
            {say('app.more')}
          </button>
        )}
      </Card>
    </>
  );
}

function Result({ verified, open }: { readonly verified: Verified; readonly open: boolean }) {
  const [say, language] = [useTexts(), useLanguage()];
  const { name, examination } = verified;
  const { proven, reading, marks, values } = examination;
  const [only] = values;
  return (
    <li class={proven ? 'passed' : 'failed'}>
      <details open={open}>
        <summary>
          <Seal outcome={proven ? 'passed' : 'failed'} />
          <span class="name">{name}</span> <b>{say(proven ? 'verdict.proven' : 'verdict.failed')}</b>
          {reading !== undefined && (
            <span class="quiet">
              {reading.meterId} · {formatTime(reading.at, 'exact', LOCAL, language)}
              {values.length === 1 && only?.value !== undefined && (
                <> · {formatSealed({ value: only.value, unit: only.unit }, language)}</>
              )}
            </span>
          )}
        </summary>
        <Marks marks={marks} />
        {proven && values.length > 0 && (
          <dl class="facts">
            {values.map(({ object, attribute, value, unit }) => [
              <dt key={`${object}/${attribute}-name`}>
                {nameOfObject(object, language, attribute) ?? ''} <code>{obisText(object)}</code>
              </dt>,
              <dd key={`${object}/${attribute}`}>
                {value === undefined ? say('proof.missing') : formatSealed({ value, unit }, language)}
              </dd>,
            ])}
          </dl>
        )}
      </details>
    </li>
  );
}
