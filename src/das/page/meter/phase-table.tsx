import type { RegisterValue } from '#das/api-types.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { quantityName } from '#das/page/language/obis-names.ts';
import { Card } from '#das/page/parts/frame.tsx';
import { ValueLink } from '#das/page/parts/value-link.tsx';
import { isSame } from './live.ts';

/** OBIS value group C of a quantity: of L1, L2, L3, and of all phases together. */
const ROWS: readonly { readonly quantity: number; readonly groups: readonly (number | undefined)[] }[] = [
  { quantity: 12, groups: [32, 52, 72, 12] },
  { quantity: 11, groups: [31, 51, 71, 11] },
  { quantity: 16, groups: [36, 56, 76, 16] },
  { quantity: 9, groups: [29, 49, 69, 9] },
  { quantity: 13, groups: [33, 53, 73, 13] },
  { quantity: 14, groups: [undefined, undefined, undefined, 14] },
];

/** Of powers the last one is the sum, of voltage and current the mean. */
const HEADS = ['L1', 'L2', 'L3', 'L1–L3'];

/** Momentary values: `3-0100CC0700ff`. */
const objectOf = (group: number): string => `3-0100${group.toString(16).padStart(2, '0')}0700ff`;

interface PhaseParts {
  readonly meter: string;
  readonly registers: readonly RegisterValue[];
}

/** The values of the phases as a person reads them: one quantity a line. */
export function PhaseTable({ meter, registers }: PhaseParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const find = (group: number | undefined): RegisterValue | undefined =>
    group === undefined ? undefined : registers.find((register) => isSame(register, objectOf(group), 2));
  const rows = ROWS.map(({ quantity, groups }) => ({ quantity, cells: groups.map(find) })).filter(({ cells }) =>
    cells.some((cell) => cell !== undefined),
  );
  return (
    <Card title={say('meter.phases')}>
      <div class="scroll phases-frame">
        <table class="phases">
          <thead>
            <tr>
              <th scope="col">{say('meter.quantity')}</th>
              {HEADS.map((head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ quantity, cells }) => (
              <tr key={quantity}>
                <th scope="row">{quantityName(quantity, language)}</th>
                {cells.map((register, index) => (
                  <td key={index} class="number" data-label={HEADS[index]}>
                    {register !== undefined && <ValueLink meter={meter} register={register} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
