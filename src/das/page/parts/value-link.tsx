import type { RegisterValue } from '#das/api-types.ts';
import { formatSealed, formatValue } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { toProof } from '#das/page/route.ts';

interface ValueParts {
  readonly meter: string;
  readonly register: RegisterValue;
  /** `sealed`: as it stands in the document, in its own unit. */
  readonly form?: 'person' | 'sealed';
}

/** A value that leads to its proof. */
export function ValueLink({ meter, register, form = 'person' }: ValueParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const { object, attribute, value, unit, at, number, document } = register;
  const text = form === 'sealed' ? formatSealed(register, language) : formatValue(register, language);
  return (
    <a
      class="value"
      href={toProof(document, { meter, object, attribute, value, unit, number, at })}
      title={say('banner.why')}
    >
      {text}
    </a>
  );
}
