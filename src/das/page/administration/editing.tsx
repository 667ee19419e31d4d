import { useState } from 'preact/hooks';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import type { TextKey } from '#das/page/language/texts.ts';

/** How the change of one ends. */
export interface Ends {
  readonly onChanged: () => void;
  readonly onCancel: () => void;
}

interface Editing<T> {
  /** The one that is being changed. */
  readonly changing: T | undefined;
  readonly begin: (one: T) => void;
  readonly ends: Ends;
  /** Takes one away, if the person is sure. */
  readonly remove: (path: string, question: string) => void;
  /** Why the last one was not taken away. */
  readonly error: unknown;
}

/** What can be done with the lines of a list; `onChange` when something was done. */
export function useEditing<T>(onChange: () => void): Editing<T> {
  const [changing, setChanging] = useState<T>();
  const [error, setError] = useState<unknown>();
  const onCancel = (): void => setChanging(undefined);
  const onChanged = (): void => {
    onCancel();
    onChange();
  };
  const remove = (path: string, question: string): void => {
    setError(undefined);
    if (confirm(question)) change('DELETE', path).then(onChange, setError);
  };
  return { changing, begin: setChanging, ends: { onChanged, onCancel }, remove, error };
}

interface LineParts {
  readonly name: string;
  /** Whom a screen reader is told that the button changes. */
  readonly changeKey: Extract<TextKey, 'admin.meter.change' | 'admin.user.change'>;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

/** The buttons of a line. */
export function LineActions({ name, changeKey, onChange, onRemove }: LineParts) {
  const say = useTexts();
  return (
    <td>
      <div class="actions">
        <button type="button" aria-label={say(changeKey, { name })} onClick={onChange}>
          {say('admin.change')}
        </button>
        <button type="button" aria-label={`${say('admin.meter.remove')}: ${name}`} onClick={onRemove}>
          {say('admin.meter.remove')}
        </button>
      </div>
    </td>
  );
}

/** Above the buttons. */
export function ActionsHead() {
  const say = useTexts();
  return (
    <th scope="col">
      <span class="unseen">{say('admin.meter.remove')}</span>
    </th>
  );
}
