import type { EventReader } from '#journal/event-books.ts';

/** A measuring device that was behind a logical device before another one took its place. */
export interface FormerMeter {
  readonly meterNumber: string;
  /** The id of its description; `undefined` where the book does not say. */
  readonly model: string | undefined;
  /** The first capture that is of another one. */
  readonly until: number;
}

/** The earliest first. The calibration book is never shortened, so all of them stand there. */
export function formerMetersOf(device: string, events: EventReader): readonly FormerMeter[] {
  const former: FormerMeter[] = [];
  let model: string | undefined;
  for (const { name, data } of events.read({ book: 'calibration' })) {
    if (data['device'] !== device) continue;
    if (name === 'description-identified') model = String(data['model']);
    if (name !== 'device-exchanged') continue;
    former.push({ meterNumber: String(data['oldMeterNumber']), model, until: Number(data['initialCapture']) });
  }
  return former;
}
