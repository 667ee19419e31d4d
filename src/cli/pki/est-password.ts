import { command, required } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import { Days } from '#core/time.ts';
import { EstPasswords } from '#pki/est-passwords.ts';
import { estLabels } from '#pki/est-service.ts';
import { CA_OPTIONS, caFolder, durationOf, oneOf, passwordFolder } from './shared-options.ts';

const { dir } = CA_OPTIONS;

export const estPassword = command({
  usage: 'pki est-password --label LABEL --user NAME',
  summary: 'Makes a password that is good for one certificate, and prints it. Only its hash is kept.',
  notes: ['NAME is the common name that the certificate will bear, such as 1sie0012345678.sm.'],
  options: {
    dir,
    label: { type: 'string', value: 'LABEL', help: `One of: ${estLabels.join(', ')}.` },
    user: { type: 'string', value: 'NAME', help: 'Who enrols.' },
    validity: { type: 'string', value: 'TIME', help: 'How long the password is good. Default 1 d.' },
  },
  async run({ values }, terminal) {
    const label = oneOf('label', values.label, estLabels);
    const passwords = new EstPasswords(passwordFolder(caFolder(values)), systemClock);
    const validity = durationOf('validity', values.validity, Days(1));
    terminal.write(`${await passwords.create(label, required(values, 'user'), validity)}\n`);
    return 0;
  },
});
