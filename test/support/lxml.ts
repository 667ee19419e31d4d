import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CanonicalForm } from '#core/canonical-xml.ts';
import { program } from './programs.ts';

export interface CanonicalJob {
  readonly xml: string;
  readonly form: CanonicalForm;
  /** Child positions, counting elements only, on the way from the root to the apex; empty for the root itself. */
  readonly path: readonly number[];
}

/** The canonical text of each job as libxml2 writes it, or `error: …` where it reads no XML, by one Python process for all of them. */
export function lxmlCanonical(jobs: readonly CanonicalJob[]): readonly string[] {
  const script = fileURLToPath(new URL('canonicalize.py', import.meta.url));
  const run = spawnSync(program('python3'), [script], { input: JSON.stringify(jobs), maxBuffer: 2 ** 28 });
  if (run.status !== 0) throw new Error(`canonicalize.py: ${run.stderr.toString()}`);
  return JSON.parse(run.stdout.toString()) as readonly string[];
}
