import { command, required, usageError } from '#cli/command.ts';
import { openTokenKey } from '#crypto/token-admin.ts';
import { LOGIN_OPTIONS, loginSource, REQUEST_OPTIONS, writeRequest } from './shared-options.ts';

export const csr = command({
  usage: 'token csr --module FILE --token LABEL (--id HEX | --label LABEL) --subject NAME --out FILE',
  summary: 'Makes a request for the certificate of a key that the token has.',
  options: {
    ...LOGIN_OPTIONS,
    id: { type: 'string', value: 'HEX', help: 'CKA_ID of the key.' },
    label: { type: 'string', value: 'LABEL', help: 'CKA_LABEL of the key.' },
    ...REQUEST_OPTIONS,
  },
  async run({ values }, terminal) {
    const { id, label } = values;
    if (id === undefined && label === undefined) throw usageError('which key?', 'give --id, --label or both');
    const out = required(values, 'out');
    const selector = id === undefined ? { label: label ?? '' } : { id, label };
    await using key = await openTokenKey(loginSource(values, terminal), selector);
    await writeRequest(key, required(values, 'subject'), out);
    terminal.say(`the request is in ${out}\n`);
    return 0;
  },
});
