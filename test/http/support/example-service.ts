import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';

import { utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { type Role, rightsOf } from '#cosem/access-rights.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { SampledDevice } from '#cosem/sampled-device.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { type AppParts, createApp } from '#http/app.ts';
import { type Client, type ClientDirectory, clientDirectory } from '#http/client-directory.ts';
import { DEFAULT_LIMITS, type Limits } from '#http/limits.ts';
import type { PeerOf } from '#http/peer.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { type RequestSigning, requestTo, type SignedHeaders, signRequest } from '#signature/request-signer.ts';
import { CLOCK_SKEW, FRESHNESS_WINDOW } from '#signature/request-verifier.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { exampleDevices, exampleMeter } from '../../support/example-meter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-keys.ts';
import { RecordingLog } from './recording-log.ts';

export const meterKey = makeSigningKey();
export const dasKey = makeSigningKey();

/** A client with one TLS certificate and, where it signs, one key. */
export function exampleClient(id: string, role: Role, certificate: CertificateId, key?: SigningKey): Client {
  const signatureKeys =
    key === undefined
      ? []
      : [{ keyId: key.signer.keyId, publicKey: key.publicKey, owner: id, allowHs2019: false as const }];
  return { id, tlsCertificates: [certificate], signatureKeys, rights: rightsOf(role) };
}

/** The name of a certificate that nobody has: enough where no TLS is spoken. */
export const certificateNamed = (digit: string): CertificateId => `sha256:${digit.repeat(64)}`;

const DAS_CERTIFICATE = certificateNamed('d');

/** A service with one meter and the client `das`, an administrator, who is whoever sends a request. */
export interface ExampleService {
  readonly serve: RequestListener;
  readonly parts: AppParts;
  readonly meter: SampledDevice;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
}

export interface ExampleChanges extends Partial<Omit<AppParts, 'clients' | 'clock' | 'log' | 'limits'>> {
  readonly clients?: readonly Client[];
  /** In the place of one made of `clients`. */
  readonly directory?: ClientDirectory;
  readonly limits?: Partial<Limits>;
  readonly clock?: FakeClock;
  readonly log?: RecordingLog;
  readonly boot?: Instant;
}

export function exampleService(given: ExampleChanges = {}) {
  const { clients, limits, clock = new FakeClock(), log = new RecordingLog(), boot, directory, ...changes } = given;
  const meter = exampleMeter();
  const devices: LogicalDevices = exampleDevices(meter);
  const parts: AppParts = {
    devices,
    clients: directory ?? clientDirectory(clients ?? [exampleClient('das', 'administrator', DAS_CERTIFICATE, dasKey)]),
    peerOf: peerIs(DAS_CERTIFICATE),
    signatures: {
      crypto: nodeCrypto,
      clock,
      window: FRESHNESS_WINDOW,
      skew: CLOCK_SKEW,
      replay: new ReplayMemory(),
      boot: boot ?? clock.now(),
    },
    sealed: new SealedDocuments(meterKey.signer),
    limits: { ...DEFAULT_LIMITS, ...limits },
    clock,
    log,
    ...changes,
  };
  return { serve: createApp(parts), parts, meter, clock, log };
}

/** Whatever the connection is, this client is at its other end. */
export const peerIs =
  (certificateId: CertificateId): PeerOf =>
  () => ({ certificateId, path: undefined, validUntil: Instant(Number.MAX_SAFE_INTEGER) });

interface SignedParts extends Partial<RequestSigning> {
  readonly method?: string;
  readonly content?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The headers that sign a request to `meter.example`, Host among them. */
export async function signatureHeaders(
  target: string,
  { clock }: Pick<ExampleService, 'clock'>,
  form: SignatureForm = 'rfc9421',
  other: SignedParts = {},
): Promise<SignedHeaders> {
  const { method = 'GET', content, headers = {} } = other;
  const body = content === undefined ? undefined : utf8(content);
  const request = requestTo(method, new URL(target, 'https://meter.example'), headers, body);
  const signing = { form, signer: dasKey.signer, clock, crypto: nodeCrypto, random: randomBytes, ...other };
  return { Host: 'meter.example', ...(await signRequest(request, signing)) };
}
