import { createInterface } from 'node:readline';

/** What a process has used up to now. */
export interface Usage {
  /** Processor time of all its threads, in microseconds. */
  readonly cpu: number;
  /** Resident memory, in bytes. */
  readonly resident: number;
  /** The largest that it has been. */
  readonly peak: number;
}

/** Answers each line of standard input with the usage of this process; ends with the input. */
export function answerUsage(): void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    const { user, system } = process.cpuUsage();
    const peak = process.resourceUsage().maxRSS * 1_024;
    const usage: Usage = { cpu: user + system, resident: process.memoryUsage.rss(), peak };
    process.stdout.write(`usage ${JSON.stringify(usage)}\n`);
  });
  lines.on('close', () => process.exit());
}
