import { existsSync, writeFileSync } from 'node:fs';
import { command, required } from '#cli/command.ts';
import { SealmeterError } from '#core/errors.ts';
import { altNameOf } from '#pki/alt-names.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { readKeyFile, writeKeyFile } from '#pki/key-files.ts';
import { writePem } from '#pki/pem.ts';
import { type CurveName, curveNames, exportKey, generateKey, parsePrivateKey, softwareKey } from '#pki/signing-key.ts';
import { oneOf } from './shared-options.ts';

export const csr = command({
  usage: 'pki csr --subject NAME --key FILE --out FILE',
  summary: 'Makes a key, unless the file is there, and a request to have it certified (PKCS#10).',
  notes: ['The key stays where it is made. `openssl req -verify -in FILE` shows the request.'],
  options: {
    subject: { type: 'string', value: 'NAME', help: 'The distinguished name, as in CN=1sie0012345678.sm,O=Utility.' },
    host: { type: 'string', multiple: true, value: 'NAME', help: 'A host name or address; may be repeated.' },
    key: { type: 'string', value: 'FILE', help: 'The private key, PKCS#8 PEM, mode 0600.' },
    curve: { type: 'string', value: 'CURVE', help: `Of a new key: ${curveNames.join(', ')}. Default P-256.` },
    out: { type: 'string', value: 'FILE', help: 'Where the request goes.' },
  },
  async run({ values }, terminal) {
    const subject = parseName(required(values, 'subject'));
    const keyFile = required(values, 'key');
    const out = required(values, 'out');
    const curve: CurveName = oneOf('curve', values.curve ?? 'P-256', curveNames);
    if (existsSync(out)) throw exists(out);
    if (!existsSync(keyFile)) await writeKeyFile(keyFile, exportKey(generateKey(curve)));
    const key = softwareKey(parsePrivateKey(await readKeyFile(keyFile)));
    const request = await makeCertificateRequest(key, subject, (values.host ?? []).map(altNameOf));
    writeFileSync(out, writePem('CERTIFICATE REQUEST', request), { flag: 'wx' });
    terminal.say(`asked for ${subject.text} in ${out}; the key is in ${keyFile}\n`);
    return 0;
  },
});

const exists = (file: string): SealmeterError =>
  new SealmeterError('configuration', 'FILE_EXISTS', `${file} exists already`, {
    mend: 'name another file, or remove that one',
  });
