import { command, onlyOperand } from '#cli/command.ts';
import { backupJournal } from '#journal/backup.ts';
import { JOURNAL_OPTIONS, journalPath } from './shared-options.ts';

const { journal } = JOURNAL_OPTIONS;

export const backup = command({
  usage: 'journal backup FILE',
  summary:
    'Copies a journal, as it is at one moment, into a new file and prints its name. The meter may go on meanwhile.',
  notes: ['What the copy is worth: sealmeter journal verify --journal FILE.'],
  options: { journal },
  async run({ values, positionals }, terminal) {
    const file = onlyOperand(positionals, 'FILE', 'sealmeter journal backup FILE');
    backupJournal(journalPath(values), file);
    terminal.write(`${file}\n`);
    return 0;
  },
});
