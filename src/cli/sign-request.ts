import { randomBytes } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { requestTo, signRequest as signHeaders } from '#signature/request-signer.ts';
import { command, usageError } from './command.ts';
import { readFile } from './files.ts';
import { meterUrl, READER_OPTIONS, requestSigner, signatureForm } from './reader-options.ts';

const { dir, 'signature-cert': certificate, 'signature-key': key, form } = READER_OPTIONS;

export const signRequest = command({
  usage: 'sign-request METHOD URL',
  summary: 'Prints the headers that sign a request, one a line, for use with curl.',
  notes: [
    'sealmeter sign-request GET URL | curl --header @- --cert … --key … --cacert … URL',
    'A signature is good for one request within the freshness window (300 s).',
  ],
  options: {
    dir,
    'signature-cert': certificate,
    'signature-key': key,
    form,
    header: {
      type: 'string',
      multiple: true,
      value: 'NAME: VALUE',
      help: 'A header that the request will have; a Host to sign for another name, or a Content-Type.',
    },
    body: { type: 'string', value: 'FILE', help: 'The body that the request will have; it is covered by its digest.' },
    json: { type: 'boolean', help: 'Print the headers as a JSON object.' },
  },
  async run({ values, positionals }, terminal) {
    const [method, text] = positionals;
    if (method === undefined || text === undefined || positionals.length > 2) {
      throw usageError('sign-request takes a method and a URL', 'sealmeter sign-request GET URL');
    }
    const headers = Object.fromEntries((values.header ?? []).map(readHeader));
    const body = values.body === undefined ? undefined : readFile(values.body);
    const signed = await signHeaders(requestTo(method, meterUrl(text, values), headers, body), {
      form: signatureForm(values),
      signer: await requestSigner(values),
      clock: systemClock,
      crypto: nodeCrypto,
      random: randomBytes,
    });
    const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\n`);
    terminal.write(values.json === true ? `${JSON.stringify(signed)}\n` : lines.join(''));
    return 0;
  },
});

function readHeader(line: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw usageError(`--header "${line}" is no header`, 'write it as "Name: value"');
  }
  return [name.toLowerCase(), value];
}
