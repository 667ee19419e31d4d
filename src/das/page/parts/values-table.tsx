import type { ComponentChildren } from 'preact';
import { useTexts } from '#das/page/language/language.ts';

interface Parts {
  readonly label: string;
  /** The heading of a column after that of the values. */
  readonly last?: string;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** Values with their names in words beside their codes, scrolled by themselves. */
export function ValuesTable({ label, last, children }: Parts) {
  const say = useTexts();
  return (
    <div class="scroll tall" role="group" tabIndex={0} aria-label={label}>
      <table class="list registers">
        <thead>
          <tr>
            <th scope="col">{say('meter.registers.name')}</th>
            <th scope="col">{say('meter.registers.code')}</th>
            <th scope="col" class="number">
              {say('meter.registers.value')}
            </th>
            {last !== undefined && <th scope="col">{last}</th>}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
