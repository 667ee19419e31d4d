import type { Log, LogFields } from '#core/log.ts';

export interface LogLine extends LogFields {
  readonly level: keyof Log;
  readonly event: string;
}

/** A log that a test can read. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  debug(event: string, fields?: LogFields): void {
    this.lines.push({ ...fields, level: 'debug', event });
  }

  info(event: string, fields?: LogFields): void {
    this.lines.push({ ...fields, level: 'info', event });
  }

  warn(event: string, fields?: LogFields): void {
    this.lines.push({ ...fields, level: 'warn', event });
  }

  error(event: string, fields?: LogFields): void {
    this.lines.push({ ...fields, level: 'error', event });
  }

  of(event: string): readonly LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }
}
