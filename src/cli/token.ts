import { commandGroup } from './command-group.ts';

/** What an operator does with a PKCS#11 token. */
export const token = {
  run: commandGroup('sealmeter token', {
    list: {
      summary: 'The tokens of a module and their keys.',
      load: async () => (await import('./token/list.ts')).list,
    },
    'create-key': {
      summary: 'Makes a key that cannot leave the token, and a request for its certificate.',
      load: async () => (await import('./token/create-key.ts')).createKey,
    },
    csr: {
      summary: 'Makes a request for the certificate of a key that the token has.',
      load: async () => (await import('./token/csr.ts')).csr,
    },
  }),
};
