import type { TargetedSubmitEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { MeterChange, MeterSummary } from '#das/api-types.ts';
import { change } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { takeForm } from '#das/page/parts/form.ts';
import { Card, Field, Problem } from '#das/page/parts/frame.tsx';

interface ChangeMeterParts {
  readonly meter: MeterSummary;
  readonly onChanged: () => void;
  readonly onCancel: () => void;
}

/** What a meter is called here, where it is reached, and by which clocks its site lives. */
export function ChangeMeter({ meter, onChanged, onCancel }: ChangeMeterParts) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    const field = takeForm(event);
    const wanted: MeterChange = { name: field('name'), zone: field('zone'), url: field('url') };
    change('PATCH', `meters/${encodeURIComponent(meter.id)}`, wanted).then(onChanged, setError);
  };
  return (
    <Card title={say('admin.meter.change', { name: meter.name })}>
      <form onSubmit={submit}>
        <div class="pair">
          <Field label={say('admin.meter.name')}>
            {(id) => <input id={id} name="name" autocomplete="off" defaultValue={meter.name} required />}
          </Field>
          <Field label={say('admin.meter.zone')}>
            {(id) => <input id={id} name="zone" autocomplete="off" defaultValue={meter.zone} required />}
          </Field>
        </div>
        <Field label={say('admin.meter.url.change')}>
          {(id) => <input id={id} name="url" type="url" autocomplete="off" defaultValue={meter.url} required />}
        </Field>
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
