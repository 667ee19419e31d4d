import { backUpSqliteStore } from '#das/sqlite-backup.ts';
import { command, onlyOperand, required } from './command.ts';
import { readDasConfiguration } from './configuration.ts';

export const dasBackup = command({
  usage: 'das backup FILE --config FILE',
  summary: 'Copies the store of a DAS, as it is at one moment, into a new file and prints its name. The DAS may go on.',
  notes: [
    'To go back to it: stop the DAS, and put the file in the place of das.db, without das.db-wal and das.db-shm.',
  ],
  options: { config: { type: 'string', value: 'FILE', help: 'das.yaml, which says where the store is.' } },
  async run({ values, positionals }, terminal) {
    const file = onlyOperand(positionals, 'FILE', 'sealmeter das backup FILE --config das.yaml');
    const { configuration, pathOf } = readDasConfiguration(required(values, 'config'));
    await backUpSqliteStore(pathOf(configuration.state), file);
    terminal.write(`${file}\n`);
    return 0;
  },
});
