import { reasonOf } from '#core/errors.ts';
import { Days, timeBetween } from '#core/time.ts';
import { systemZone } from '#core/zone-file.ts';
import { type CertificateId, parseCertificateId } from '#crypto/certificate-id.ts';
import type {
  FirstAdministrator,
  LogIn,
  MeterChange,
  NewMeter,
  NewUser,
  PasswordChange,
  ProbeRequest,
  UserChange,
} from '#das/api-types.ts';
import type { TimeRange } from '#das/reading-store.ts';
import { either, invalid, list, members, oneOf, optional, type Reader, shaped, text } from './input.ts';

// What may come in, by what it is; the shapes are those of api-types.ts.

export const meterId = shaped(/^[0-9a-z-]{1,63}\.(?:sm|eui)$/, 'the id of a meter, such as 1sie0012345678.sm');
export const documentId = shaped(/^[0-9a-f]{64}$/, 'the SHA-256 of a document, in hex');
export const objectName = shaped(/^\d{1,5}-[0-9a-f]{12}$/, 'an object, such as 3-0100010800ff');
export const entryId = shaped(/^\d{1,18}$/, 'the id of an entry');
export const userName = shaped(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u, 'a name of letters, digits and . _ @ -');

export const certificate: Reader<CertificateId> = (given, name) => {
  const id = typeof given === 'string' ? parseCertificateId(given) : undefined;
  if (id !== undefined) return id;
  throw invalid(name, 'the id of a certificate, sha256: and 64 hex digits');
};

/** Documents that have values. */
export const readingKind = oneOf('live', 'capture', 'profile');

/** Longer than meters last. */
const LONGEST_RANGE = Days(50 * 366);

/** @throws ApiError `INPUT_INVALID` */
export function demandRange(range: TimeRange): TimeRange {
  const length = timeBetween(range.from, range.to);
  if (length <= 0 || length > LONGEST_RANGE) throw invalid('to', 'a time after from, by at most 50 years');
  return range;
}

/** Length beats complexity; the upper bound only keeps it from being a load. @see NIST SP 800-63B-4 § 3.1.1.2 */
const newPassword = text(256, 12);
/** What is compared may be anything. */
const givenPassword = text(256);

const role = oneOf('viewer', 'operator', 'administrator');
const meters = either('all', list(meterId, 10_000));
const certificates = list(certificate, 20);

export const logIn = members({ user: text(64), password: givenPassword }) satisfies Reader<LogIn>;

export const firstAdministrator = members({
  token: text(100),
  user: userName,
  password: newPassword,
}) satisfies Reader<FirstAdministrator>;

export const passwordChange = members({
  former: givenPassword,
  password: newPassword,
}) satisfies Reader<PasswordChange>;

export const newUser = members({
  name: userName,
  password: optional(newPassword),
  role,
  meters,
  certificates: optional(certificates),
}) satisfies Reader<Loose<NewUser>>;

export const userChange = members({
  password: optional(newPassword),
  role: optional(role),
  meters: optional(meters),
  certificates: optional(certificates),
}) satisfies Reader<Loose<UserChange>>;

/** The service of a meter: TLS alone, and no secrets in the address. */
const serviceUrl: Reader<URL> = (given, name) => {
  const url = URL.parse(text(300)(given, name));
  if (url?.protocol === 'https:' && url.href === `${url.origin}/`) return url;
  throw invalid(name, 'the address of a meter, such as https://meter.example:8443');
};

const zone: Reader<string> = (given, name) => {
  try {
    return systemZone(text(64)(given, name)).name;
  } catch (error) {
    throw invalid(name, `a time zone (${reasonOf(error)})`);
  }
};

const label = text(100);
const pem = shaped(/^-----BEGIN CERTIFICATE-----[\x20-\x7e\r\n]{1,32000}$/, 'a certificate as PEM');

export const probeRequest = members({ url: serviceUrl }) satisfies Reader<Readonly<Record<keyof ProbeRequest, URL>>>;

export const newMeter = members({ url: serviceUrl, id: meterId, name: label, zone, pem }) satisfies Reader<
  Omit<NewMeter, 'url'> & { url: URL }
>;

export const meterChange = members({
  name: optional(label),
  url: optional(serviceUrl),
  zone: optional(zone),
  pem: optional(pem),
}) satisfies Reader<Loose<Omit<MeterChange, 'url'>> & { url: URL | undefined }>;

/** What is left out is read as `undefined`. */
type Loose<Some> = { readonly [Name in keyof Required<Some>]: Some[Name] | undefined };
