import { buffer } from 'node:stream/consumers';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { isPackage } from '#das/document-package.ts';
import { type Expectation, judge, type PinnedCertificate } from '#das/verdict.ts';
import type { Certificate } from '#pki/certificate.ts';
import { verifyForeign } from '#signature/xml-general-verifier.ts';
import { command, type ExitCode, type Terminal, usageError } from './command.ts';
import { certificatesIn, meterCertificates, pinnedIn, readFile } from './files.ts';
import { REVOCATION_OPTIONS, revocationFrom, signatureRevocation } from './revocation-options.ts';
import { describeVerdict, verdictAsJson } from './verdict-text.ts';
import { type GivenFile, verifyPackage } from './verify-package.ts';

const OPTIONS = {
  meter: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'A signature certificate that the documents may be signed with; may be repeated. Default .sealmeter/das/meter-signature.pem.',
  },
  ident: { type: 'string', value: 'LDEV', help: 'The meter that the documents have to be of.' },
  foreign: {
    type: 'boolean',
    help: "Verify other makers' documents with the first certificate; prints what was signed.",
  },
  'trust-package': {
    type: 'boolean',
    help: 'Believe the certificates that came in a package, and name them: compare their fingerprints.',
  },
  ...REVOCATION_OPTIONS,
  json: { type: 'boolean', help: 'Print one JSON object per document.' },
} as const;

export const verify = command({
  usage: 'verify FILE…',
  summary: 'Verifies sealed documents, or packages of them: a verdict for each check. - stands for standard input.',
  notes: ['Exit 0: every document is proven. 1: at least one is not.', 'Offline, unless --signature-ca is given.'],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    if (positionals.length === 0) throw usageError('verify takes at least one file', 'sealmeter verify FILE…');
    const trustsPackage = values['trust-package'] === true && values.meter === undefined;
    const files = trustsPackage ? [] : meterCertificates(values.meter);
    const pinned = files.flatMap(pinnedIn);
    const revocation = revocationFrom(values, terminal);
    const installed = files.flatMap(certificatesIn);
    const expectation = (brought: readonly Certificate[]): Expectation => ({
      ...(values.ident === undefined ? {} : { meterId: values.ident }),
      ...signatureRevocation(values, [...installed, ...brought], revocation),
    });
    let worst: ExitCode = 0;
    for (const file of positionals) {
      const document = file === '-' ? await buffer(process.stdin) : readFile(file);
      const given = { file, document, pinned, expectation, json: values.json === true };
      if (!(await verifyOne(given, values, terminal))) worst = 1;
    }
    return worst;
  },
});

function verifyOne(
  given: GivenFile,
  values: { readonly foreign?: boolean; readonly 'trust-package'?: boolean },
  terminal: Terminal,
): Promise<boolean> {
  if (values.foreign === true) return verifyForeignDocument(given.file, given.document, given.pinned, terminal);
  if (!isPackage(given.document)) return verifyOwnDocument(given, terminal);
  return verifyPackage(given, values['trust-package'] === true, terminal);
}

async function verifyOwnDocument(
  { file, document, pinned, expectation, json }: GivenFile,
  terminal: Terminal,
): Promise<boolean> {
  const verdict = await judge(withoutFinalLineFeed(document), pinned, nodeCrypto, expectation([]));
  terminal.write(
    json ? `${JSON.stringify({ file, ...verdictAsJson(verdict) })}\n` : `${file}\n${describeVerdict(verdict)}`,
  );
  return verdict.proven;
}

/** Files that went through an editor or `sealmeter get >file` end with a line feed, which was never part of the document. */
function withoutFinalLineFeed(document: Uint8Array): Uint8Array {
  return document.at(-1) === 0x0a ? document.subarray(0, -1) : document;
}

async function verifyForeignDocument(
  file: string,
  document: Uint8Array,
  [certificate]: readonly PinnedCertificate[],
  terminal: Terminal,
): Promise<boolean> {
  if (certificate === undefined) throw usageError('there is no certificate to verify with', 'give one with --meter');
  try {
    const verified = await verifyForeign(document, certificate.publicKey, nodeCrypto);
    terminal.say(`${file}: signed by ${certificate.subject}; what was signed follows\n`);
    terminal.write(`${Buffer.from(verified.bytes).toString('utf8')}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    terminal.say(`${file}: NOT PROVEN: ${reasonOf(error)} [${error.code}]\n`);
    return false;
  }
}
