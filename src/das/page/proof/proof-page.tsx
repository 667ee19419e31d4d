import { useMemo } from 'preact/hooks';
import { utf8 } from '#core/bytes.ts';
import { formatInstant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { DocumentAnswer, MeterAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, formatValue, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { CertificateFacts } from '#das/page/parts/certificate.tsx';
import { Await, Card, Title } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { Seal } from '#das/page/parts/icons.tsx';
import { type Claim, toMeter } from '#das/page/route.ts';
import type { KnownCertificate } from '#das/pin-certificate.ts';
import { writePem } from '#pki/pem.ts';
import { DocumentFacts, DocumentState, DocumentValues } from './document-cards.tsx';
import { Download } from './download.tsx';
import { type Examination, examine } from './examine.ts';
import { findingText, Marks } from './marks.tsx';
import { loadCertificates, readDocument } from './meter-proof.ts';
import { browserMemory, rememberFirst } from './remembered.ts';

interface ProofParts {
  readonly document: string;
  readonly claim: Claim;
}

interface Evidence {
  readonly answer: DocumentAnswer;
  readonly zone: Zone;
  readonly bytes: Uint8Array;
  readonly examination: Examination;
}

/** One document, and everything that proves it or does not. */
export function ProofPage({ document, claim }: ProofParts) {
  const say = useTexts();
  const asked = JSON.stringify(claim);
  const [loaded, reload] = useLoaded((signal) => loadEvidence(document, claim, signal), [document, asked]);
  return (
    <>
      <Title text={say('proof.title')}>
        {claim.meter !== undefined && (
          <p class="quiet">
            <a href={toMeter(claim.meter)}>
              {say('proof.back')}: {claim.meter}
            </a>
          </p>
        )}
      </Title>
      <Await loaded={loaded} retry={reload}>
        {(evidence) => <Proof evidence={evidence} claim={claim} />}
      </Await>
    </>
  );
}

async function loadEvidence(document: string, claim: Claim, signal: AbortSignal): Promise<Evidence> {
  const answer = await read<DocumentAnswer>(`documents/${document}`, signal);
  const meter = claim.meter ?? answer.meter;
  const { certificates, zone } = await read<MeterAnswer>(`meters/${encodeURIComponent(meter)}`, signal);
  const remembered = rememberFirst(
    browserMemory(localStorage),
    meter,
    certificates.map(({ id }) => id),
  );
  const bytes = await readDocument(document, signal);
  // The numbers of captures are those of the meter's journal; in the document stands the sample's.
  const { number, ...rest } = claim;
  const asked = answer.kind === 'live' && number !== undefined ? { ...rest, number, meter } : { ...rest, meter };
  const pinned = await loadCertificates(certificates, signal);
  const examination = await examine(bytes, { document, claims: [asked], certificates: pinned, remembered });
  return { answer, zone: new Zone(zone), bytes, examination };
}

function Proof({ evidence, claim }: { readonly evidence: Evidence; readonly claim: Claim }) {
  const [say, language] = [useTexts(), useLanguage()];
  const { answer, zone, examination, bytes } = evidence;
  const { proven, marks, reading, values, certificate } = examination;
  const lie = answer.verdict.proven && !proven;
  const wrong = marks.find(({ outcome, finding }) => outcome === 'failed' && finding !== undefined)?.finding;
  return (
    <>
      <section class={`banner ${proven ? 'passed' : 'failed'}`} role={proven ? 'status' : 'alert'}>
        <Seal outcome={proven ? 'passed' : 'failed'} />
        <div>
          <p class="banner-title">{say(proven ? 'proof.proven' : 'proof.failed')}</p>
          <p>{say(proven ? 'proof.proven.detail' : 'proof.failed.detail')}</p>
          {wrong !== undefined && <p class="finding">{findingText(wrong, say, language)}</p>}
          {lie && <p class="finding">{say('proof.lie')}</p>}
        </div>
      </section>
      {claim.value !== undefined && <Shown claim={claim} zone={zone} />}
      <div class="columns">
        <Card title={say('proof.marks')}>
          <Marks marks={marks} />
        </Card>
        <div class="stack">
          {reading !== undefined && <DocumentFacts reading={reading} zone={zone} document={answer.id} />}
          {reading !== undefined && <DocumentState reading={reading} />}
          {certificate !== undefined && <CertificateCard certificate={certificate} />}
        </div>
      </div>
      {values.length > 0 && <DocumentValues values={values} claim={claim} />}
      <div class="columns">
        <DocumentCard answer={answer} bytes={bytes} proven={proven} certificate={certificate} />
        <DasVerdict answer={answer} zone={zone} />
      </div>
    </>
  );
}

function Shown({ claim, zone }: { readonly claim: Claim; readonly zone: Zone }) {
  const [say, language] = [useTexts(), useLanguage()];
  const at = instantOf(claim.at);
  const name = claim.object === undefined ? undefined : nameOfObject(claim.object, language, claim.attribute);
  return (
    <section class="card shown" aria-label={say('proof.shown')}>
      <p class="quiet small">{say('proof.shown')}</p>
      <p>
        {name ?? claim.object} <b>{formatValue({ value: claim.value ?? '', unit: claim.unit ?? '' }, language)}</b>
        {at !== undefined && <span class="quiet"> · {formatTime(at, 'exact', zone, language)}</span>}
      </p>
    </section>
  );
}

function CertificateCard({ certificate }: { readonly certificate: KnownCertificate }) {
  const say = useTexts();
  const { notBefore, notAfter } = certificate;
  return (
    <Card title={say('proof.certificate')}>
      <CertificateFacts {...certificate} notBefore={formatInstant(notBefore)} notAfter={formatInstant(notAfter)} />
    </Card>
  );
}

interface DocumentParts {
  readonly answer: DocumentAnswer;
  readonly bytes: Uint8Array;
  readonly proven: boolean;
  readonly certificate: KnownCertificate | undefined;
}

/** The document itself, to be kept and verified anywhere. */
function DocumentCard({ answer, bytes, proven, certificate }: DocumentParts) {
  const say = useTexts();
  const text = useMemo(() => new TextDecoder().decode(bytes), [bytes]);
  return (
    <Card title={say('proof.document')}>
      <p class="actions">
        <Download bytes={bytes} name={fileNameOf(answer, proven)}>
          {say('proof.download')}
        </Download>
        {certificate !== undefined && (
          <Download bytes={utf8(writePem('CERTIFICATE', certificate.der))} name={`${answer.meter}.pem`}>
            {say('proof.download.certificate')}
          </Download>
        )}
      </p>
      <p class="quiet small">{say('proof.elsewhere')}</p>
      <pre class="xml" tabIndex={0} aria-label={say('proof.document')}>
        {text}
      </pre>
    </Card>
  );
}

/** What was not proven is opened as a text by whoever opens it. */
const fileNameOf = ({ meter, number, id }: DocumentAnswer, proven: boolean): string =>
  proven ? `${meter}-${number ?? id.slice(0, 8)}.xml` : `${meter}-unproven-${id.slice(0, 8)}.txt`;

function DasVerdict({ answer, zone }: { readonly answer: DocumentAnswer; readonly zone: Zone }) {
  const [say, language] = [useTexts(), useLanguage()];
  const marks = answer.verdict.marks.map(({ check, outcome, finding, code }) => ({
    check,
    outcome,
    technical: finding,
    ...(code === undefined ? {} : { code }),
  }));
  return (
    <Card title={say('proof.das')}>
      <p class="quiet small">
        {say('proof.received', { time: formatTime(instantOf(answer.receivedAt) ?? 0, 'exact', zone, language) })}
      </p>
      <Marks marks={marks} />
    </Card>
  );
}
