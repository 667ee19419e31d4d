import type { ComponentChildren } from 'preact';
import type { Zone } from '#core/zone.ts';
import type { MeterAnswer } from '#das/api-types.ts';
import { formatTime } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { CertificateFacts } from '#das/page/parts/certificate.tsx';
import { Problem } from '#das/page/parts/frame.tsx';
import { Seal } from '#das/page/parts/icons.tsx';
import { toProof } from '#das/page/route.ts';
import { findingText } from './marks.tsx';
import type { MeterProof } from './meter-proof.ts';
import { browserMemory } from './remembered.ts';
import { stateWords } from './state-words.ts';

interface BannerParts {
  readonly proof: MeterProof;
  readonly meter: MeterAnswer;
  readonly zone: Zone;
  /** A person has compared a certificate: it is relied upon from now on. */
  readonly onRely: () => void;
}

/** Says of a meter's newest document what this browser has found: proven, old, or not proven. */
export function ProofBanner({ proof, ...parts }: BannerParts) {
  const say = useTexts();
  switch (proof.state) {
    case 'checking':
      return <Banner kind="note" title={say('banner.checking')} />;
    case 'nothing':
      return <Banner kind="note" title={say('banner.nothing')} />;
    case 'failed':
      return <Problem error={proof.error} />;
    default:
      return <ExaminedBanner proof={proof} {...parts} />;
  }
}

type Examined = Extract<MeterProof, { readonly state: 'examined' }>;

function ExaminedBanner({ proof, meter, zone, onRely }: Omit<BannerParts, 'proof'> & { readonly proof: Examined }) {
  const [say, language] = [useTexts(), useLanguage()];
  const { examination, document, claim, compared, others } = proof;
  const { proven, reading, marks } = examination;
  const wrong = marks.find(({ outcome, finding }) => outcome === 'failed' && finding !== undefined);
  const old = marks.find(({ check, outcome }) => check === 'fresh' && outcome === 'unchecked');
  const detail =
    proven && reading !== undefined
      ? say('banner.proven.detail', {
          number: reading.sequenceNumber.toString(),
          time: formatTime(reading.at, 'exact', zone, language),
          count: compared,
        })
      : say('banner.failed.detail');
  const finding = wrong?.finding ?? old?.finding;
  return (
    <Banner
      kind={proven ? (old === undefined ? 'passed' : 'old') : 'failed'}
      title={say(proven ? 'banner.proven' : 'banner.failed')}
    >
      {finding !== undefined && <p class="finding">{findingText(finding, say, language)}</p>}
      {/* Numbers and times change with every sample: nobody has them read aloud each time. */}
      <p aria-live="off">
        {detail} <a href={toProof(document, claim)}>{say('banner.why')}</a>
      </p>
      {proven && others > 0 && <p>{say('banner.others', { count: others })}</p>}
      {reading !== undefined && <StateNote digits={reading.state} />}
      {wrong?.check === 'memory' && <NewCertificate meter={meter} onRely={onRely} />}
    </Banner>
  );
}

/** What the meter has noted of its own condition beside the values; nothing where all is well. */
function StateNote({ digits }: { readonly digits: string }) {
  const say = useTexts();
  const words = stateWords(digits, say);
  return words.length === 0 ? null : <p class="quiet small">{words.join(' ')}</p>;
}

interface Parts {
  readonly kind: 'passed' | 'old' | 'failed' | 'note';
  readonly title: string;
  readonly children?: ComponentChildren;
}

const SEALS = { passed: 'passed', old: 'passed', failed: 'failed', note: 'unchecked' } as const;

function Banner({ kind, title, children }: Parts) {
  return (
    <section class={`banner ${kind}`} role={kind === 'failed' ? 'alert' : 'status'}>
      <Seal outcome={SEALS[kind]} />
      <div>
        <p class="banner-title">{title}</p>
        {children}
      </div>
    </section>
  );
}

/** The DAS shows a certificate that this browser does not know: a person has to compare it. */
function NewCertificate({ meter, onRely }: Pick<BannerParts, 'meter' | 'onRely'>) {
  const say = useTexts();
  const memory = browserMemory(localStorage);
  const known = memory.certificatesOf(meter.id);
  const fresh = meter.certificates.filter(({ id }) => known?.has(id) !== true);
  const accept = (): void => {
    memory.rely(
      meter.id,
      fresh.map(({ id }) => id),
    );
    onRely();
  };
  return (
    <>
      <p>{say('certificate.new')}</p>
      {fresh.map((certificate) => (
        <CertificateFacts key={certificate.id} {...certificate} />
      ))}
      <button type="button" onClick={accept}>
        {say('certificate.accept')}
      </button>
    </>
  );
}
