import { EventEmitter, once } from 'node:events';

import type { Log, LogFields } from '#core/log.ts';

export interface LogLine extends LogFields {
  readonly level: keyof Log;
  readonly event: string;
}

/** A log that a test can read, and wait for. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];
  readonly #written = new EventEmitter();

  debug(event: string, fields?: LogFields): void {
    this.#write({ ...fields, level: 'debug', event });
  }

  info(event: string, fields?: LogFields): void {
    this.#write({ ...fields, level: 'info', event });
  }

  warn(event: string, fields?: LogFields): void {
    this.#write({ ...fields, level: 'warn', event });
  }

  error(event: string, fields?: LogFields): void {
    this.#write({ ...fields, level: 'error', event });
  }

  /** The first line of this event, as soon as it is there. */
  async next(event: string): Promise<LogLine> {
    const [known] = this.of(event);
    if (known !== undefined) return known;
    const [line] = (await once(this.#written, event)) as [LogLine];
    return line;
  }

  of(event: string): readonly LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  #write(line: LogLine): void {
    this.lines.push(line);
    this.#written.emit(line.event, line);
  }
}
