import { formatInstant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CertificateAnswer, DocumentAnswer } from '#das/api-types.ts';
import type { PinnedSignature } from '#das/das-registry.ts';
import type { DocumentId, MeterId, Quarantined, StoredDocument } from '#das/reading-store.ts';
import type { ApiParts } from '#das/server/api-parts.ts';
import { type Call, sendJson } from '#das/server/call.ts';
import { cardOf, certificateOf } from '#das/server/certificate-cards.ts';
import { announceDownload } from '#das/server/download.ts';
import { certificate, documentId } from '#das/server/inputs.ts';
import { meterRoute, type Route } from '#das/server/route.ts';

/** A document that was proven, or one that is in quarantine. */
type Evidence = StoredDocument | Quarantined;

/** The proofs: documents, and the certificates that they are verified by. */
export function documentRoutes({ store }: ApiParts): readonly Route[] {
  const aboutDocument = (path: string, answer: (call: Call, evidence: Evidence) => void): Route =>
    meterRoute({
      method: 'GET',
      path,
      operation: 'see-meters',
      find: (call) => findEvidence(store, call.parameter('document', documentId)),
      metersOf: ({ meter }) => [meter],
      answer,
    });
  return [
    aboutDocument('/api/documents/:document', showDocument),
    aboutDocument('/api/documents/:document/content', sendContent),
    meterRoute({
      method: 'GET',
      path: '/api/certificates/:certificate',
      operation: 'see-meters',
      find: (call) => findCertificate(store, call.parameter('certificate', certificate)),
      metersOf: ({ meters }) => meters,
      answer: showCertificate,
    }),
  ];
}

const findEvidence = async (store: ApiParts['store'], id: DocumentId): Promise<Evidence | undefined> =>
  (await store.document(id)) ?? (await store.rejected(id));

const isKept = (evidence: Evidence): evidence is StoredDocument => 'number' in evidence;

function showDocument(call: Call, evidence: Evidence): void {
  const { id, meter, kind, receivedAt, marks } = evidence;
  const kept = isKept(evidence) ? evidence : undefined;
  const answer: DocumentAnswer = {
    id,
    meter,
    kind,
    number: kept === undefined ? null : `${kept.number}`,
    at: kept === undefined ? null : formatInstant(kept.at),
    receivedAt: formatInstant(receivedAt),
    verdict: { proven: kept !== undefined, marks },
    certificate: kept?.certificate ?? null,
  };
  sendJson(call, answer);
}

const SEALED = 'application/vnd.de-dke-k461-cosem+xml;encap=xmldsig';
/** Nobody knows what it is. */
const UNPROVEN = 'application/octet-stream';

/** The bytes as they came: a stranger verifies them with other software. */
function sendContent(call: Call, evidence: Evidence): void {
  const { id, meter, kind, bytes } = evidence;
  const [name, contentType] = isKept(evidence)
    ? [`${meter}-${kind}-${evidence.number}.xml`, SEALED]
    : [`${meter}-${kind}-unproven-${id.slice(0, 8)}.xml`, UNPROVEN];
  announceDownload(call, { name, contentType });
  call.response.setHeader('Content-Length', bytes.length).end(bytes);
}

interface FoundCertificate {
  readonly pinned: PinnedSignature;
  /** For which it is pinned. */
  readonly meters: readonly MeterId[];
}

async function findCertificate(store: ApiParts['store'], id: CertificateId): Promise<FoundCertificate | undefined> {
  const pins = (await store.meters()).flatMap(({ id: meter, signatures }) =>
    signatures.filter((pinned) => pinned.id === id).map((pinned) => ({ meter, pinned })),
  );
  const [first] = pins;
  return first === undefined ? undefined : { pinned: first.pinned, meters: pins.map(({ meter }) => meter) };
}

function showCertificate(call: Call, { pinned }: FoundCertificate): void {
  sendJson(call, { ...cardOf(certificateOf(pinned)), pem: pinned.pem } satisfies CertificateAnswer);
}
