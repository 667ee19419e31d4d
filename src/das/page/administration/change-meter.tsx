import type { MeterChange, MeterSummary } from '#das/api-types.ts';
import { useTexts } from '#das/page/language/language.ts';
import type { Fields } from '#das/page/parts/form.ts';
import { Field } from '#das/page/parts/frame.tsx';
import { ChangeForm } from './change-form.tsx';
import type { Ends } from './editing.tsx';

/** What a meter is called here, where it is reached, and by which clocks its site lives. */
export function ChangeMeter({ meter, ...ends }: Ends & { readonly meter: MeterSummary }) {
  const say = useTexts();
  const title = say('admin.meter.change', { name: meter.name });
  return (
    <ChangeForm title={title} path={`meters/${encodeURIComponent(meter.id)}`} wanted={changeIn} {...ends}>
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
    </ChangeForm>
  );
}

const changeIn = (field: Fields): MeterChange => ({ name: field('name'), zone: field('zone'), url: field('url') });
