import { useMemo, useState } from 'preact/hooks';
import type { Zone } from '#core/zone.ts';
import type { RegisterValue } from '#das/api-types.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { byObis, obisText } from '#das/page/language/obis-text.ts';
import { Card } from '#das/page/parts/frame.tsx';
import { ValueLink } from '#das/page/parts/value-link.tsx';
import { ValuesTable } from '#das/page/parts/values-table.tsx';

interface RegisterParts {
  readonly meter: string;
  readonly registers: readonly RegisterValue[];
  readonly zone: Zone;
}

/** Every register: in words, by its code, and as it was sealed. */
export function RegisterTable({ meter, registers, zone }: RegisterParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const [search, setSearch] = useState('');
  const named = useMemo(
    () =>
      registers.toSorted(byObis).map((register) => ({
        register,
        name: nameOfObject(register.object, language, register.attribute),
        code: obisText(register.object),
      })),
    [registers, language],
  );
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = named.filter(({ name, code }) => {
    const searched = `${name ?? ''} ${code}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  return (
    <Card
      title={say('meter.registers')}
      aside={
        <input
          type="search"
          aria-label={say('meter.registers.search')}
          placeholder={say('meter.registers.search')}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      }
    >
      <p class="quiet small" role="status">
        {say('meter.registers.count', { count: shown.length })}
      </p>
      <ValuesTable label={say('meter.registers')} last={say('meter.registers.at')}>
        {shown.map(({ register, name, code }) => (
          <tr key={`${register.object}/${register.attribute}`}>
            <th scope="row">{name ?? code}</th>
            <td>
              <code>{code}</code>
            </td>
            <td class="number">
              <ValueLink meter={meter} register={register} form="sealed" />
            </td>
            <td class="quiet when">{formatTime(instantOf(register.at) ?? 0, 'time', zone, language)}</td>
          </tr>
        ))}
      </ValuesTable>
    </Card>
  );
}
