import type { Say } from '#das/page/language/language.ts';
import { isTextKey } from '#das/page/language/texts.ts';
import { stateFlags } from '#representation/state-words.ts';

/** A sentence for each bit of a state that is raised. */
export function stateWords(digits: string, say: Say): readonly string[] {
  return stateFlags(digits).map(({ bit, flag }) => {
    const key = `state.${flag ?? ''}`;
    return isTextKey(key) ? say(key) : say('state.unknown', { bit });
  });
}
