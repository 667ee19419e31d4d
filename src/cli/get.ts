import { randomBytes } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { type Answer, MeterClient } from '#das/meter-client.ts';
import { judge, type Verdict } from '#das/verdict.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import { command, type ExitCode, type Terminal, usageError } from './command.ts';
import { certificatesIn, pinnedIn } from './files.ts';
import {
  knownResponder,
  meterFile,
  meterUrl,
  READER_OPTIONS,
  requestSigner,
  signatureForm,
  tlsIdentity,
} from './reader-options.ts';
import { REVOCATION_OPTIONS, revocationFrom, signatureRevocation } from './revocation-options.ts';
import { describeVerdict, verdictAsJson } from './verdict-text.ts';

const OPTIONS = {
  ...READER_OPTIONS,
  ...REVOCATION_OPTIONS,
  unsigned: { type: 'boolean', help: 'Do not sign the request: the answer is then not sealed either.' },
  accept: { type: 'string', value: 'TYPE', help: 'The media type to ask for.' },
  json: { type: 'boolean', help: 'Print status, verdict and document as JSON.' },
} as const;

export const get = command({
  usage: 'get URL',
  summary: 'Sends one GET, signed unless told otherwise, verifies the answer and prints the document.',
  notes: [
    'URL is a whole one, or a path such as /cosem/ldevs/ at the meter of `sealmeter demo`.',
    'Exit 0: the answer came and, if signed, is proven. 1: it is not, or the meter refused.',
  ],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const [text] = positionals;
    if (text === undefined || positionals.length > 1) throw usageError('get takes one URL', 'sealmeter get URL');
    const url = meterUrl(text, values);
    const revocation = revocationFrom(values, terminal, knownResponder(values, text));
    using client = new MeterClient({ identity: await tlsIdentity(values), revocation, clock: systemClock });
    const accept: Record<string, string> = values.accept === undefined ? {} : { accept: values.accept };
    if (values.unsigned === true) {
      const answer = await client.get(url, accept, terminal.stop);
      return show({ answer, verdict: undefined, json: values.json === true }, terminal);
    }
    const signing = {
      form: signatureForm(values),
      signer: await requestSigner(values),
      clock: systemClock,
      crypto: nodeCrypto,
      random: randomBytes,
    };
    const meter = meterFile(values);
    const pinned = pinnedIn(meter);
    const trust = signatureRevocation(values, certificatesIn(meter), revocation);
    const signature = await signRequest(requestTo('GET', url), signing);
    const answer = await client.get(url, { ...accept, ...signature }, terminal.stop);
    // What no meter could have is for the meter to refuse: only what it has is read here.
    const expected = () => ({ ...expectationOf(url), ...trust });
    const verdict = answer.status === 200 ? await judge(answer.body, pinned, nodeCrypto, expected()) : undefined;
    return show({ answer, verdict, json: values.json === true }, terminal);
  },
});

function expectationOf(url: URL) {
  const { address } = parseResource(url.pathname + url.search);
  return 'ldev' in address ? { address, meterId: address.ldev } : { address };
}

/** A problem document in words; the document itself goes to stdout. */
function refusalOf({ status, body }: Answer): string {
  const { title = '', detail = title, code = '', mend } = problemIn(body);
  const said = detail === '' ? '' : `: ${detail} [${code}]`;
  // Who is at the other end may not be a meter: nothing of it commands the terminal.
  const words = `the meter answers with status ${status}${said}${mend === undefined ? '' : `\n  ${mend}`}`;
  return `${words.replaceAll(/(?!\n)\p{Cc}/gu, '?')}\n`;
}

/** The texts of a problem document in JSON, as far as it is one. @see RFC 9457 § 3 */
function problemIn(body: Uint8Array): Readonly<Record<string, string>> {
  try {
    const members = Object.entries(JSON.parse(Buffer.from(body).toString('utf8')) as object);
    return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === 'string'));
  } catch {
    return {};
  }
}

interface Outcome {
  readonly answer: Answer;
  readonly verdict: Verdict | undefined;
  readonly json: boolean;
}

function show({ answer, verdict, json }: Outcome, terminal: Terminal): ExitCode {
  const text = Buffer.from(answer.body).toString('utf8');
  const ok = answer.status === 200 && verdict?.proven !== false;
  if (json) {
    const { status } = answer;
    terminal.write(`${JSON.stringify({ status, verdict: verdict && verdictAsJson(verdict), document: text })}\n`);
    return ok ? 0 : 1;
  }
  if (answer.status !== 200) terminal.say(refusalOf(answer));
  if (verdict !== undefined) terminal.say(describeVerdict(verdict));
  // The document byte for byte on stdout; the line feed after it is for the person, not for the file.
  terminal.write(text);
  terminal.say('\n');
  return ok ? 0 : 1;
}
