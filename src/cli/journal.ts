import { commandGroup } from './command-group.ts';

/** What is done with the journal of a meter, or with a backup of one. */
export const journal = {
  run: commandGroup('sealmeter journal', {
    verify: {
      summary: 'Proves every row of a journal, offline.',
      load: async () => (await import('./journal/verify.ts')).verify,
    },
    export: {
      summary: 'Gives out captures: sealed documents, CSV or OCMF.',
      load: async () => (await import('./journal/export.ts')).exportCaptures,
    },
    backup: {
      summary: 'Copies a journal while its meter runs.',
      load: async () => (await import('./journal/backup.ts')).backup,
    },
    restore: {
      summary: 'Puts a backup in the place of a journal.',
      load: async () => (await import('./journal/restore.ts')).restore,
    },
  }),
};
