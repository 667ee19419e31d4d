import { formatInstant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { CertificateAnswer, DocumentAnswer } from '#das/api-types.ts';
import type { PinnedSignature } from '#das/das-registry.ts';
import type { MeterId, Quarantined, StoredDocument } from '#das/reading-store.ts';
import type { ApiParts } from '#das/server/api-parts.ts';
import { type Call, sendJson } from '#das/server/call.ts';
import { cardOf, certificateOf } from '#das/server/certificate-cards.ts';
import { announceDownload } from '#das/server/download.ts';
import { certificate, documentId } from '#das/server/inputs.ts';
import { sees } from '#das/server/rights.ts';
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
      find: (call) => findEvidence(store, call),
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

/** What one meter has sent truly, another may have sent again: who sees the one alone gets what is known of that. */
async function findEvidence(store: ApiParts['store'], call: Call): Promise<Evidence | undefined> {
  const id = call.parameter('document', documentId);
  const kept = await store.document(id);
  if (kept !== undefined && sees(call.user, kept.meter)) return kept;
  return (await store.rejected(id)).find(({ meter }) => sees(call.user, meter));
}

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
/** Nobody knows what it is; under its name nothing opens it but as a text. */
const UNPROVEN = 'application/octet-stream';

/** The bytes as they came: a stranger verifies them with other software. */
function sendContent(call: Call, evidence: Evidence): void {
  const { id, meter, kind, bytes } = evidence;
  const [name, contentType] = isKept(evidence)
    ? [`${meter}-${kind}-${evidence.number}.xml`, SEALED]
    : [`${meter}-${kind}-unproven-${id.slice(0, 8)}.txt`, UNPROVEN];
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
