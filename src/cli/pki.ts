import { commandGroup } from './command-group.ts';

/** Everything that a certification authority does, and what is asked of one. */
export const pki = {
  run: commandGroup('sealmeter pki', {
    init: {
      summary: 'Makes both PKIs and the first certificates.',
      load: async () => (await import('./pki/init.ts')).init,
    },
    issue: { summary: 'Issues a certificate.', load: async () => (await import('./pki/issue.ts')).issue },
    csr: {
      summary: 'Makes a key and a request for a certificate.',
      load: async () => (await import('./pki/csr.ts')).csr,
    },
    renew: { summary: 'Replaces a certificate and its key.', load: async () => (await import('./pki/renew.ts')).renew },
    revoke: { summary: 'Revokes a certificate.', load: async () => (await import('./pki/revoke.ts')).revoke },
    crl: { summary: 'Makes the certificate revocation lists.', load: async () => (await import('./pki/crl.ts')).crl },
    ocsp: { summary: 'Answers OCSP and serves the CRLs.', load: async () => (await import('./pki/ocsp.ts')).ocsp },
    'roll-over': {
      summary: 'Gives a sub-CA or a root a new key.',
      load: async () => (await import('./pki/roll-over.ts')).rollOver,
    },
    est: { summary: 'An EST server for development.', load: async () => (await import('./pki/est.ts')).est },
    'est-password': {
      summary: 'Makes a one-time password for it.',
      load: async () => (await import('./pki/est-password.ts')).estPassword,
    },
    enrol: {
      summary: 'Gets a certificate from a CA and keeps it alive.',
      load: async () => (await import('./pki/enrol.ts')).enrol,
    },
    status: {
      summary: 'How long every certificate lives.',
      load: async () => (await import('./pki/status.ts')).status,
    },
  }),
};
