import { command, required } from '#cli/command.ts';
import { oneOf } from '#cli/pki/shared-options.ts';
import { createTokenKey, openTokenKey } from '#crypto/token-admin.ts';
import { curveNames } from '#pki/signing-key.ts';
import { LOGIN_OPTIONS, loginSource, REQUEST_OPTIONS, TOKEN_CURVES, writeRequest } from './shared-options.ts';

export const createKey = command({
  usage: 'token create-key --module FILE --token LABEL --label LABEL --subject NAME --out FILE',
  summary: 'Makes a key that cannot leave the token, and a request for its certificate.',
  notes: [
    'Only P-256 seals documents by the contract. P-192 is for documents of the system that this follows: xmlsec1 verifies',
    'them, browsers and Java refuse the curve.',
  ],
  options: {
    ...LOGIN_OPTIONS,
    label: { type: 'string', value: 'LABEL', help: 'CKA_LABEL of the key.' },
    id: { type: 'string', value: 'HEX', help: 'CKA_ID of the key; default: 8 random bytes.' },
    curve: { type: 'string', value: 'CURVE', help: `One of: ${curveNames.join(', ')}. Default P-256.` },
    ...REQUEST_OPTIONS,
  },
  async run({ values }, terminal) {
    const source = loginSource(values, terminal);
    const curve = oneOf('curve', values.curve ?? 'P-256', curveNames);
    const label = required(values, 'label');
    const subject = required(values, 'subject');
    const out = required(values, 'out');
    const created = await createTokenKey(source, {
      algorithm: TOKEN_CURVES[curve],
      label,
      ...(values.id === undefined ? {} : { id: values.id }),
    });
    await using key = await openTokenKey(source, { id: created.id });
    await writeRequest(key, subject, out);
    terminal.write(`${created.id}\n`);
    terminal.say(`made key ${created.id} "${label}" on "${source.token.label}"; the request is in ${out}\n`);
    return 0;
  },
});
