import { command } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import { Days } from '#core/time.ts';
import { publishCrls } from '#pki/crl-files.ts';
import { CA_OPTIONS, caFolder, durationOf } from './shared-options.ts';

const { dir } = CA_OPTIONS;

export const crl = command({
  usage: 'pki crl',
  summary: 'Makes a new certificate revocation list (DER) of every authority and prints the files.',
  options: { dir, validity: { type: 'string', value: 'TIME', help: 'How long the lists hold. Default 7 d.' } },
  async run({ values }, terminal) {
    const validity = durationOf('validity', values.validity, Days(7));
    for (const file of await publishCrls(caFolder(values), systemClock.now(), validity)) terminal.write(`${file}\n`);
    return 0;
  },
});
