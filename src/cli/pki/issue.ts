import { command, required, usageError } from '#cli/command.ts';
import { readText } from '#cli/files.ts';
import { systemClock } from '#core/clock.ts';
import { altNameOf } from '#pki/alt-names.ts';
import { openAuthority } from '#pki/authority-files.ts';
import { readCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { issueKeyPair } from '#pki/key-pair-files.ts';
import { readPem } from '#pki/pem.ts';
import type { CurrentAuthority } from '#pki/pki-directory.ts';
import type { ProfileName } from '#pki/profiles.ts';
import { writeCertificateFile } from '#pki/public-files.ts';
import { issuersToSend } from '#pki/roll-over.ts';
import { AUTHORITIES, CA_OPTIONS, caFolder, caProfiles, keyFileOf, oneOf } from './shared-options.ts';

/** Who issues each profile. A responder answers for the CA that issued it, so that has to be said. */
const ISSUED_BY = {
  'tls-server': 'tls-sub',
  'tls-client': 'tls-sub',
  signature: 'signature-sub',
  'ocsp-responder': undefined,
} as const satisfies Partial<Record<ProfileName, CurrentAuthority | undefined>>;

type IssuedProfile = keyof typeof ISSUED_BY;

const PROFILES = Object.keys(ISSUED_BY) as readonly IssuedProfile[];

export const issue = command({
  usage: 'pki issue --profile PROFILE --out FILE (--subject NAME | --csr FILE)',
  summary: 'Issues a certificate: for a key made here, or for the key of a request.',
  notes: [
    'sealmeter pki issue --profile tls-client --subject CN=reader-7 --out reader-7.pem   (key in reader-7.key)',
    'sealmeter pki issue --profile signature --csr meter.csr --out meter.pem',
    'A certificate for TLS is followed by its sub-CA, as whoever shakes hands has to send both.',
  ],
  options: {
    ...CA_OPTIONS,
    profile: { type: 'string', value: 'PROFILE', help: `One of: ${PROFILES.join(', ')}.` },
    by: {
      type: 'string',
      value: 'AUTHORITY',
      help: `For ocsp-responder: which of ${AUTHORITIES.join(', ')} it answers for.`,
    },
    subject: { type: 'string', value: 'NAME', help: 'The distinguished name, as in CN=reader-7,O=Utility.' },
    host: { type: 'string', multiple: true, value: 'NAME', help: 'A host name or address; may be repeated.' },
    csr: { type: 'string', value: 'FILE', help: 'A request in PEM; its subject, key and host names are taken.' },
    out: { type: 'string', value: 'FILE', help: 'The certificate; a new key goes to the same name with .key.' },
  },
  async run({ values }, terminal) {
    const profileName = oneOf('profile', values.profile, PROFILES);
    const out = required(values, 'out');
    if ((values.subject === undefined) === (values.csr === undefined)) {
      throw usageError('a certificate is issued either for --subject or for --csr', 'give one of the two');
    }
    const folder = caFolder(values);
    const issuer = issuerOf(profileName, values.by);
    const authority = await openAuthority(folder, issuer);
    const shakesHands = ISSUED_BY[profileName] === 'tls-sub';
    const followedBy = shakesHands ? await issuersToSend(folder, 'tls') : [];
    const profile = caProfiles(values)[profileName];
    const now = systemClock.now();
    const order = { profile, now };
    const certificate =
      values.csr === undefined
        ? await issueKeyPair(
            authority,
            { ...order, subject: parseName(values.subject ?? ''), altNames: (values.host ?? []).map(altNameOf) },
            { certificate: out, key: keyFileOf(out) },
            followedBy,
          )
        : await authority.issueRequested(requestIn(values.csr), profile, now);
    if (values.csr !== undefined) await writeCertificateFile(out, [certificate, ...followedBy]);
    terminal.say(`issued ${certificate.subject.text}, serial ${certificate.serial}, into ${out}\n`);
    return 0;
  },
});

function issuerOf(profile: IssuedProfile, by: string | undefined): CurrentAuthority {
  const issuer = ISSUED_BY[profile];
  if (issuer === undefined) return oneOf('by', by, AUTHORITIES);
  if (by !== undefined) throw usageError(`${profile} is always issued by ${issuer}`, 'leave --by out');
  return issuer;
}

function requestIn(file: string) {
  const [der] = readPem('CERTIFICATE REQUEST', readText(file));
  if (der === undefined) throw usageError(`there is no request in ${file}`, 'give a PEM file of `sealmeter pki csr`');
  return readCertificateRequest(der);
}
