import type { MeterSummary, MetersAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Await, Card, Problem } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { toMeter } from '#das/page/route.ts';
import { AddMeter } from './add-meter.tsx';
import { ChangeMeter } from './change-meter.tsx';
import { ActionsHead, LineActions, useEditing } from './editing.tsx';

/** The meters that are read here: to add one, to change it, to take it away. */
export function MeterAdministration() {
  const say = useTexts();
  const [loaded, reload] = useLoaded((signal) => read<MetersAnswer>('meters', signal), []);
  return (
    <>
      <AddMeter onAdded={reload} />
      <Card title={say('admin.meters')}>
        <Await loaded={loaded} retry={reload}>
          {({ meters }) => <MeterTable meters={meters} onChange={reload} />}
        </Await>
      </Card>
    </>
  );
}

interface TableParts {
  readonly meters: readonly MeterSummary[];
  readonly onChange: () => void;
}

function MeterTable({ meters, onChange }: TableParts) {
  const say = useTexts();
  const { changing, begin, ends, remove, error } = useEditing<MeterSummary>(onChange);
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      {changing !== undefined && <ChangeMeter key={changing.id} meter={changing} {...ends} />}
      <table class="list stacked">
        <thead>
          <tr>
            <th scope="col">{say('admin.meter.name')}</th>
            <th scope="col">{say('admin.meter.url')}</th>
            <th scope="col">{say('admin.meter.zone')}</th>
            <ActionsHead />
          </tr>
        </thead>
        <tbody>
          {meters.map((meter) => {
            const { id, name, url, zone } = meter;
            return (
              <tr key={id}>
                <th scope="row">
                  <a href={toMeter(id)}>{name}</a>
                  <span class="quiet small">{id}</span>
                </th>
                <td data-label={say('admin.meter.url')}>
                  <code>{url}</code>
                </td>
                <td data-label={say('admin.meter.zone')}>{zone}</td>
                <LineActions
                  name={name}
                  changeKey="admin.meter.change"
                  onChange={() => begin(meter)}
                  onRemove={() => remove(`meters/${encodeURIComponent(id)}`, say('admin.meter.remove.sure', { name }))}
                />
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
