import type { ComponentChildren, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { type Fields, takeForm } from '#das/page/parts/form.ts';
import { Card, Problem } from '#das/page/parts/frame.tsx';
import type { Ends } from './editing.tsx';

interface ChangeParts extends Ends {
  readonly title: string;
  /** Of what is changed, in the API. */
  readonly path: string;
  /** What the fields say. */
  readonly wanted: (field: Fields) => object;
  readonly children: ComponentChildren;
}

/** Changes what there is, by the fields within. It takes the focus: it may have come in above what a person looks at. */
export function ChangeForm({ title, path, wanted, onChanged, onCancel, children }: ChangeParts) {
  const say = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState<unknown>();
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), []);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void =>
    void change('PATCH', path, wanted(takeForm(event))).then(onChanged, setError);
  return (
    <Card title={title}>
      <form ref={form} onSubmit={submit}>
        {children}
        {error !== undefined && <Problem error={error} />}
        <p class="actions">
          <button type="submit">{say('admin.save')}</button>
          <button type="button" onClick={onCancel}>
            {say('admin.cancel')}
          </button>
        </p>
      </form>
    </Card>
  );
}
