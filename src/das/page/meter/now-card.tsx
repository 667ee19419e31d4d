import { useState } from 'preact/hooks';
import type { Zone } from '#core/zone.ts';
import type { RegisterValue } from '#das/api-types.ts';
import { LiveChart } from '#das/page/chart/live-chart.tsx';
import { formatTime, formatValue, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { Card } from '#das/page/parts/frame.tsx';
import { ValueLink } from '#das/page/parts/value-link.tsx';
import { isSame, type LiveState } from './live.ts';

/** Energy counters that a person asks for first. */
const COUNTERS = ['3-0100010800ff', '3-0100020800ff'];

interface NowParts {
  readonly meter: string;
  readonly registers: readonly RegisterValue[];
  readonly live: LiveState;
  readonly power: string | undefined;
  readonly zone: Zone;
}

/** What the meter measures at this moment, and its last minutes. */
export function NowCard({ meter, registers, live, power, zone }: NowParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const [held, setHeld] = useState<LiveState>();
  const shown = held ?? live;
  const now = registers.find((register) => power !== undefined && isSame(register, power, 2));
  const at = instantOf(now?.at);
  return (
    <Card
      title={say('meter.now')}
      kind="now"
      aside={
        <button type="button" class="plain" onClick={() => setHeld(held === undefined ? live : undefined)}>
          {say(held === undefined ? 'meter.live.pause' : 'meter.live.continue')}
        </button>
      }
    >
      {now === undefined ? (
        <p class="quiet">{say('meter.live.waiting')}</p>
      ) : (
        <p class="big">
          <ValueLink meter={meter} register={now} />
          <span class="quiet small">
            {say(now.value.startsWith('-') ? 'meter.fed' : 'meter.drawn')}
            {at !== undefined && <> · {formatTime(at, 'time', zone, language)}</>}
          </span>
        </p>
      )}
      <p class="quiet small">{say(live.connected ? 'meter.live' : 'meter.live.lost')}</p>
      <LiveChart
        points={shown.points}
        unit={now?.unit ?? 'W'}
        zone={zone}
        label={say('meter.live.chart', { value: now === undefined ? '–' : formatValue(now, language) })}
      />
      <dl class="counters">
        {COUNTERS.flatMap((object) => {
          const counter = registers.find((register) => isSame(register, object, 2));
          if (counter === undefined) return [];
          return [
            <div key={object}>
              <dt>{nameOfObject(object, language)}</dt>
              <dd>
                <ValueLink meter={meter} register={counter} />
              </dd>
            </div>,
          ];
        })}
      </dl>
    </Card>
  );
}
