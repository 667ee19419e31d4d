import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { judge, type PinnedCertificate } from '#das/verdict.ts';
import { verifyForeign } from '#signature/xml-general-verifier.ts';
import { command, type ExitCode, type Terminal, usageError } from './command.ts';
import { readFile } from './files.ts';
import { describeVerdict, verdictAsJson } from './verdict-text.ts';

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
  json: { type: 'boolean', help: 'Print one JSON object per document.' },
} as const;

export const verify = command({
  usage: 'verify FILE…',
  summary: 'Verifies sealed documents offline: a verdict for each check. - stands for standard input.',
  notes: ['Exit 0: every document is proven. 1: at least one is not.'],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    if (positionals.length === 0) throw usageError('verify takes at least one file', 'sealmeter verify FILE…');
    const files = values.meter ?? [join('.sealmeter', 'das', 'meter-signature.pem')];
    const pinned = files.flatMap((file) => pinCertificates(readFile(file)));
    let worst: ExitCode = 0;
    for (const file of positionals) {
      const document = file === '-' ? Buffer.from(await textOf(process.stdin)) : readFile(file);
      const proven =
        values.foreign === true
          ? await verifyForeignDocument(file, document, pinned, terminal)
          : await verifyOwnDocument(
              { file, document, pinned, ident: values.ident, json: values.json === true },
              terminal,
            );
      if (!proven) worst = 1;
    }
    return worst;
  },
});

interface OwnDocument {
  readonly file: string;
  readonly document: Uint8Array;
  readonly pinned: readonly PinnedCertificate[];
  readonly ident: string | undefined;
  readonly json: boolean;
}

async function verifyOwnDocument(
  { file, document, pinned, ident, json }: OwnDocument,
  terminal: Terminal,
): Promise<boolean> {
  const verdict = await judge(
    withoutFinalLineFeed(document),
    pinned,
    nodeCrypto,
    ident === undefined ? {} : { meterId: ident },
  );
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
