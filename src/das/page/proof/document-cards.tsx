import type { Zone } from '#core/zone.ts';
import type { DocumentValue } from '#das/document-values.ts';
import { formatSealed, formatTime } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { byObis, obisText } from '#das/page/language/obis-text.ts';
import { Card } from '#das/page/parts/frame.tsx';
import { ValuesTable } from '#das/page/parts/values-table.tsx';
import type { Claim } from '#das/page/route.ts';
import type { Reading } from '#representation/reading.ts';
import { stateWords } from './state-words.ts';

interface FactsParts {
  readonly reading: Reading;
  readonly zone: Zone;
  readonly document: string;
}

/** Who has measured, when, and under which number. */
export function DocumentFacts({ reading, zone, document }: FactsParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const facts = [
    ['proof.fact.meter', reading.meterId],
    ['proof.fact.meterNumber', reading.meterNumber],
    ['proof.fact.location', reading.locationId],
    ['proof.fact.number', reading.sequenceNumber.toString()],
    ['proof.fact.at', formatTime(reading.at, 'exact', zone, language)],
    ['proof.fact.sha256', document],
  ] as const;
  return (
    <Card title={say('proof.measurement')}>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([key, value]) => [
            <dt key={`${key}-name`}>{say(key)}</dt>,
            <dd key={key} class={key === 'proof.fact.sha256' ? 'code' : ''}>
              {value}
            </dd>,
          ])}
      </dl>
    </Card>
  );
}

/** What the meter says of its own condition, bit by bit. */
export function DocumentState({ reading }: { readonly reading: Reading }) {
  const say = useTexts();
  const words = stateWords(reading.state, say);
  return (
    <Card title={say('proof.state')}>
      <p>
        <code>{reading.state}</code>{' '}
        {reading.errorCode > 0n && <b class="loud">{say('proof.error', { code: reading.errorCode.toString() })}</b>}
      </p>
      {words.length === 0 ? (
        <p>{say('proof.state.good')}</p>
      ) : (
        <ul>
          {words.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ValuesParts {
  readonly values: readonly DocumentValue[];
  readonly claim: Claim;
}

/** All that the document states, the value that was asked about marked. */
export function DocumentValues({ values, claim }: ValuesParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const isAsked = ({ object, attribute }: DocumentValue): boolean =>
    object === claim.object && attribute === (claim.attribute ?? attribute);
  const sorted = values.toSorted((a, b) => Number(isAsked(b)) - Number(isAsked(a)) || byObis(a, b));
  return (
    <Card title={say('proof.values')}>
      <ValuesTable label={say('proof.values')}>
        {sorted.map((stated) => {
          const { object, attribute, value, unit } = stated;
          const asked = isAsked(stated);
          return (
            <tr key={`${object}/${attribute}`} class={asked ? 'asked' : ''}>
              <th scope="row">{nameOfObject(object, language, attribute) ?? obisText(object)}</th>
              <td>
                <code>{obisText(object)}</code>
              </td>
              <td class="number">
                {value === undefined ? say('proof.missing') : formatSealed({ value, unit }, language)}
              </td>
            </tr>
          );
        })}
      </ValuesTable>
    </Card>
  );
}
