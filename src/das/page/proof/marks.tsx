import { Zone } from '#core/zone.ts';
import { formatSpan, formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import type { Language } from '#das/page/language/texts.ts';
import { Seal } from '#das/page/parts/icons.tsx';
import type { Finding, PageMark } from './examine.ts';

const UTC = new Zone('UTC');

/** Every check with its outcome, one by one. */
export function Marks({ marks }: { readonly marks: readonly PageMark[] }) {
  return (
    <ul class="marks">
      {marks.map((mark) => (
        <MarkLine key={mark.check} mark={mark} />
      ))}
    </ul>
  );
}

function MarkLine({ mark }: { readonly mark: PageMark }) {
  const [say, language] = [useTexts(), useLanguage()];
  const { check, outcome, finding, technical, code } = mark;
  return (
    <li class={outcome}>
      <Seal outcome={outcome} />
      <div>
        <p>
          <b>{say(`mark.${check}`)}</b>: {say(`mark.${outcome}`)}
        </p>
        {finding !== undefined && <p class="finding">{findingText(finding, say, language)}</p>}
        {technical !== undefined && (
          <p class="quiet small" lang="en">
            {technical} {code !== undefined && <code>{code}</code>}
          </p>
        )}
      </div>
    </li>
  );
}

/** Values that are times are written as the reader's language has them. */
export function findingText(
  { key, values = {}, age }: Finding,
  say: ReturnType<typeof useTexts>,
  language: Language,
): string {
  const written = Object.entries(values).map(([name, value]) => {
    const at = instantOf(value);
    return [name, at === undefined ? value : formatTime(at, 'exact', UTC, language)];
  });
  const span = age === undefined ? {} : { age: formatSpan(age, language) };
  return say(key, { ...Object.fromEntries(written), ...span });
}
