import { command, type Options, type Terminal, type Values } from '#cli/command.ts';
import { endpointOf } from '#cli/endpoint.ts';
import { jsonLog } from '#cli/log.ts';
import { type RevocationServerOptions, startRevocationServer } from '#cli/revocation-server.ts';
import { untilStopped } from '#cli/until-stopped.ts';
import { systemClock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import { Days, Minutes } from '#core/time.ts';
import { FolderResponder } from '#pki/folder-responder.ts';
import { crlFolder, listAuthorities } from '#pki/pki-directory.ts';
import { answerPresigned, writePresigned } from '#pki/presigned-ocsp.ts';
import { openResponder } from '#pki/responder-files.ts';
import { CA_OPTIONS, caFolder, caProfiles, durationOf } from './shared-options.ts';

const OPTIONS = {
  ...CA_OPTIONS,
  listen: { type: 'string', value: 'HOST:PORT', help: 'Where to listen. Default 127.0.0.1:8889.' },
  validity: {
    type: 'string',
    value: 'TIME',
    help: 'How long an answer holds. Default 15 min, signed beforehand 1 d.',
  },
  sign: { type: 'string', value: 'DIR', help: 'Sign an answer about every certificate into this folder, and end.' },
  signed: { type: 'string', value: 'DIR', help: 'Serve the answers of such a folder alone: that takes no key.' },
} as const satisfies Options;

export const ocsp = command({
  usage: 'pki ocsp',
  summary: 'Answers OCSP for all authorities of a PKI folder, and serves their CRLs below /crl/.',
  notes: [
    'Prints `ready URL` on stdout. What `pki revoke`, `pki crl` and `pki ocsp --sign` write is taken up at once.',
    'Plain HTTP: the answers are signed, and a TLS client would have to check a certificate first.',
  ],
  options: OPTIONS,
  async run({ values }, terminal) {
    if (values.sign !== undefined) {
      const authorities = await openResponder(caFolder(values), caProfiles(values), systemClock.now());
      const timing = { now: systemClock.now(), validity: durationOf('validity', values.validity, Days(1)) };
      terminal.say(`signed ${await writePresigned(values.sign, authorities, timing)} answers into ${values.sign}\n`);
      return 0;
    }
    if (values.signed === undefined) await tellIfEmpty(caFolder(values), terminal);
    const listen = endpointOf('listen', values.listen ?? '127.0.0.1:8889');
    await using server = await startRevocationServer({ ...answersOf(values), listen, log: jsonLog('info') });
    terminal.write(`ready ${server.url}\n`);
    await untilStopped(terminal.stop);
    return 0;
  },
});

/** The responder may well be there before its PKI; who has mistaken the folder should not have to find out by refusals. */
async function tellIfEmpty(folder: string, terminal: Terminal): Promise<void> {
  try {
    await listAuthorities(folder);
  } catch (error) {
    terminal.say(`sealmeter: ${reasonOf(error)}: nothing can be answered until it is one\n`);
  }
}

/** Signed beforehand, with the CRLs in `crl/` beside them, or live. */
function answersOf(values: Values<typeof OPTIONS>): Pick<RevocationServerOptions, 'answer' | 'crls'> {
  const { signed } = values;
  if (signed !== undefined) return { answer: (request) => answerPresigned(request, signed), crls: crlFolder(signed) };
  const folder = caFolder(values);
  const validity = durationOf('validity', values.validity, Minutes(15));
  const responder = new FolderResponder({ folder, profiles: caProfiles(values), validity, clock: systemClock });
  return { answer: (request) => responder.answer(request), crls: crlFolder(folder) };
}
