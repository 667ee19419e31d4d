import { useState } from 'preact/hooks';
import type { MeterSummary, MetersAnswer } from '#das/api-types.ts';
import { change, read } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import { Await, Card, Problem } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { toMeter } from '#das/page/route.ts';
import { AddMeter } from './add-meter.tsx';
import { ChangeMeter } from './change-meter.tsx';

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
  const [error, setError] = useState<unknown>();
  const [changing, setChanging] = useState<MeterSummary>();
  const remove = ({ id, name }: MeterSummary): void => {
    if (!confirm(say('admin.meter.remove.sure', { name }))) return;
    change('DELETE', `meters/${encodeURIComponent(id)}`).then(onChange, setError);
  };
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      {changing !== undefined && (
        <ChangeMeter
          key={changing.id}
          meter={changing}
          onChanged={() => {
            setChanging(undefined);
            onChange();
          }}
          onCancel={() => setChanging(undefined)}
        />
      )}
      <table class="list stacked">
        <thead>
          <tr>
            <th scope="col">{say('admin.meter.name')}</th>
            <th scope="col">{say('admin.meter.url')}</th>
            <th scope="col">{say('admin.meter.zone')}</th>
            <th scope="col">
              <span class="unseen">{say('admin.meter.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {meters.map((meter) => (
            <tr key={meter.id}>
              <th scope="row">
                <a href={toMeter(meter.id)}>{meter.name}</a>
                <span class="quiet small">{meter.id}</span>
              </th>
              <td data-label={say('admin.meter.url')}>
                <code>{meter.url}</code>
              </td>
              <td data-label={say('admin.meter.zone')}>{meter.zone}</td>
              <td>
                <div class="actions">
                  <button
                    type="button"
                    aria-label={say('admin.meter.change', { name: meter.name })}
                    onClick={() => setChanging(meter)}
                  >
                    {say('admin.change')}
                  </button>
                  <button
                    type="button"
                    aria-label={`${say('admin.meter.remove')}: ${meter.name}`}
                    onClick={() => remove(meter)}
                  >
                    {say('admin.meter.remove')}
                  </button>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
