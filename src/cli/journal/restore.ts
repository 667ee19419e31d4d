import { command, onlyOperand, required } from '#cli/command.ts';
import { readMeterConfiguration } from '#cli/configuration.ts';
import { jsonLog } from '#cli/log.ts';
import { openSigner } from '#cli/signer.ts';
import { systemClock } from '#core/clock.ts';
import { restoreJournal } from '#journal/restore.ts';
import { journalFolder } from '#meter/meter-journal.ts';
import { Sealing } from '#meter/sealing.ts';
import { JOURNAL_OPTIONS, proofsBy } from './shared-options.ts';

const { meter } = JOURNAL_OPTIONS;

export const restore = command({
  usage: 'journal restore --config FILE BACKUP',
  summary: 'Puts a backup in the place of the journal of a meter that does not run, once the backup has verified.',
  notes: ['No number is given twice: numbers go on above all that can have been given. What is lost is printed.'],
  options: { config: { type: 'string', value: 'FILE', help: 'meter.yaml.' }, meter },
  async run({ values, positionals }, { environment, write, say }) {
    const { configuration, pathOf } = readMeterConfiguration(required(values, 'config'));
    const backup = onlyOperand(positionals, 'BACKUP', 'sealmeter journal restore --config FILE BACKUP');
    const proofs = proofsBy({ meter: values.meter ?? [pathOf(configuration.signature.certificate)] });
    const surroundings = { environment, clock: systemClock, log: jsonLog('warn') };
    await using sealing = new Sealing(await openSigner(configuration.signature, pathOf, surroundings));
    const folder = journalFolder(pathOf(configuration.state));
    const seal = (text: Uint8Array) => sealing.sealText(text);
    const { lost, replaced } = await restoreJournal({ folder, backup, clock: systemClock, proofs, seal });
    for (const { chain, first, last } of lost) write(`${chain}: ${first} to ${last} stay unused\n`);
    say(`what was there before lies in ${replaced}\n`);
    return 0;
  },
});
