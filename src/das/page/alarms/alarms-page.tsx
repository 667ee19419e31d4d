import { useState } from 'preact/hooks';
import { Zone } from '#core/zone.ts';
import { type AlarmKind, alarmKindNames, alarmKinds } from '#das/alarm-kinds.ts';
import type { Alarm, AlarmsAnswer, SessionAnswer } from '#das/api-types.ts';
import { change, read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { isTextKey } from '#das/page/language/texts.ts';
import { Await, Problem, Title } from '#das/page/parts/frame.tsx';
import { useEvery, useLoaded } from '#das/page/parts/hooks.ts';
import { toMeter, toProof } from '#das/page/route.ts';

const REFRESH = 10_000;
const LOCAL = new Zone(Intl.DateTimeFormat().resolvedOptions().timeZone);

/** What somebody should know: the newest first. */
export function AlarmsPage({ session }: { readonly session: SessionAnswer }) {
  const say = useTexts();
  const [openOnly, setOpenOnly] = useState(true);
  const [loaded, reload] = useLoaded(
    (signal) => read<AlarmsAnswer>(openOnly ? 'alarms?open=1' : 'alarms', signal),
    [openOnly],
  );
  useEvery(REFRESH, reload);
  return (
    <>
      <Title text={say('alarms.title')} />
      <label class="check">
        <input type="checkbox" checked={openOnly} onChange={() => setOpenOnly(!openOnly)} /> {say('alarms.open')}
      </label>
      <Await loaded={loaded} retry={reload}>
        {({ alarms }) =>
          alarms.length === 0 ? (
            <p class="callout passed">{say('alarms.none')}</p>
          ) : (
            <AlarmTable alarms={alarms} mayAcknowledge={session.role !== 'viewer'} onChange={reload} />
          )
        }
      </Await>
    </>
  );
}

interface TableParts {
  readonly alarms: readonly Alarm[];
  readonly mayAcknowledge: boolean;
  readonly onChange: () => void;
}

function AlarmTable({ alarms, mayAcknowledge, onChange }: TableParts) {
  const say = useTexts();
  const [error, setError] = useState<unknown>();
  const acknowledge = (id: string): void =>
    void change('POST', `alarms/${encodeURIComponent(id)}/acknowledgement`).then(onChange, setError);
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      <table class="list stacked">
        <thead>
          <tr>
            <th scope="col">{say('alarms.text')}</th>
            <th scope="col">{say('alarms.meter')}</th>
            <th scope="col">{say('alarms.raised')}</th>
            <th scope="col">{say('alarms.state')}</th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <AlarmRow key={alarm.id} alarm={alarm} {...(mayAcknowledge ? { acknowledge } : {})} />
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A kind that is not known here comes from a newer DAS; it is taken seriously. */
const severityOf = (kind: string): string =>
  alarmKindNames.some((name) => name === kind) ? alarmKinds[kind as AlarmKind].severity : 'alarm';

interface RowParts {
  readonly alarm: Alarm;
  readonly acknowledge?: (id: string) => void;
}

function AlarmRow({ alarm, acknowledge }: RowParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const { id, meter, kind, code, raisedAt, clearedAt, acknowledgedBy, text, document } = alarm;
  const key = `alarm.${kind}`;
  const words = isTextKey(key) ? say(key) : code;
  const time = (at: string): string => formatTime(instantOf(at) ?? 0, 'moment', LOCAL, language);
  return (
    <tr class={clearedAt === undefined ? 'loud-row' : ''}>
      <th scope="row">
        <span class={`dot ${severityOf(kind)}`} aria-hidden="true" /> {words}
        <span class="quiet small" lang="en">
          {text}
        </span>
        {document !== undefined && (
          <>
            {' '}
            <a href={toProof(document, { meter })}>{say('banner.why')}</a>
          </>
        )}
      </th>
      <td data-label={say('alarms.meter')}>
        <a href={toMeter(meter)}>{meter}</a>
      </td>
      <td data-label={say('alarms.raised')}>{time(raisedAt)}</td>
      <td data-label={say('alarms.state')}>
        <span>
          {clearedAt === undefined ? say('alarms.lasting') : say('alarms.cleared', { time: time(clearedAt) })}
          {acknowledgedBy !== undefined && `; ${say('alarms.acknowledged', { user: acknowledgedBy })}`}
        </span>{' '}
        {acknowledgedBy === undefined && acknowledge !== undefined && (
          <button type="button" onClick={() => acknowledge(id)}>
            {say('alarms.acknowledge')}
          </button>
        )}
      </td>
    </tr>
  );
}
