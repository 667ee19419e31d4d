import { command } from '#cli/command.ts';
import { type ChainVerdict, type JournalVerdict, verifyJournal } from '#journal/verify.ts';
import { JOURNAL_OPTIONS, journalPath, proofsBy } from './shared-options.ts';

export const verify = command({
  usage: 'journal verify',
  summary: 'Proves a journal from its first row to its last: chains, numbers, sealed documents, checkpoints.',
  notes: ['Exit 0: all of it is proven. 1: a row is not, and the first one is named.'],
  options: { ...JOURNAL_OPTIONS, json: { type: 'boolean', help: 'Print one JSON object.' } },
  async run({ values }, terminal) {
    const verdict = await verifyJournal(journalPath(values), proofsBy(values));
    terminal.write(values.json === true ? `${JSON.stringify(verdict, null, 2)}\n` : describe(verdict));
    return verdict.isGood ? 0 : 1;
  },
});

function describe({ chains, checkpoints, firstBad }: JournalVerdict): string {
  const lines = [...chains.map(lineOf), `${checkpoints} checkpoints proven`];
  const verdict = firstBad === undefined ? 'proven' : `NOT PROVEN: ${firstBad.where}: ${firstBad.problem}`;
  return `${[...lines, verdict].join('\n')}\n`;
}

function lineOf({ name, first, last, proven, checkpointed, withoutDocument, bad }: ChainVerdict): string {
  const sign = bad === undefined ? '✓' : '✗';
  const unsealed = withoutDocument === 0 ? '' : `, ${withoutDocument} without a document`;
  return `${sign} ${name}: ${first} to ${last}, ${proven} proven${unsealed}, sealed by a checkpoint up to ${checkpointed}`;
}
