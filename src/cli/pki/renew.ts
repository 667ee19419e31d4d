import { command, onlyOperand } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import { formatInstant } from '#core/time.ts';
import { renewKeyPair } from '#pki/renewal.ts';
import { CA_OPTIONS, caFolder, caProfiles, keyFileOf } from './shared-options.ts';

export const renew = command({
  usage: 'pki renew CERTIFICATE',
  summary: 'Replaces a certificate of this PKI, and its key, by new ones for the same holder.',
  notes: ['The key is the file of the same name with .key. It works on certificates that have expired, too.'],
  options: CA_OPTIONS,
  async run({ values, positionals }, terminal) {
    const certificate = onlyOperand(positionals, 'certificate file', 'sealmeter pki renew CERTIFICATE');
    const files = { certificate, key: keyFileOf(certificate) };
    const renewed = await renewKeyPair(caFolder(values), files, caProfiles(values), systemClock.now());
    terminal.say(`renewed ${renewed.subject.text}: valid to ${formatInstant(renewed.notAfter)}\n`);
    return 0;
  },
});
