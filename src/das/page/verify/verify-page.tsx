import { useEffect, useRef, useState } from 'preact/hooks';
import { formatInstant } from '#core/time.ts';
import { useTexts } from '#das/page/language/language.ts';
import { CertificateFacts } from '#das/page/parts/certificate.tsx';
import { Card, Title } from '#das/page/parts/frame.tsx';
import type { KnownCertificate } from '#das/pin-certificate.ts';
import { DropZone } from './drop-zone.tsx';
import { join, type NamedBytes, NOTHING, type Sorted, sortFiles } from './dropped-files.ts';
import { Results } from './results.tsx';
import { type Verified, verifyAll } from './verify-all.ts';

/** Verifies files in this browser; the offline page is this and nothing else. */
export function VerifyPage({ offline = false }: { readonly offline?: boolean }) {
  const say = useTexts();
  const [sorted, setSorted] = useState<Sorted>(NOTHING);
  const { verified, running } = useVerified(sorted);
  const take = (files: readonly NamedBytes[]): void =>
    void sortFiles(files).then((added) => setSorted((before) => join(before, added)));
  const isEmpty = sorted === NOTHING;
  return (
    <>
      <Title text={say('verify.title')}>
        <p class="quiet">{say('verify.intro')}</p>
      </Title>
      <DropZone onFiles={take} />
      {sorted.broken.map(({ name, reason }) => (
        <p key={name} class="callout failed" role="alert">
          {say('verify.broken', { name, reason })}
        </p>
      ))}
      {sorted.missing.length > 0 && (
        <p class="callout failed" role="alert">
          {say('verify.missing', { names: sorted.missing.join(', ') })}
        </p>
      )}
      {sorted.unknown.length > 0 && (
        <p class="callout note">{say('verify.unknown', { names: sorted.unknown.join(', ') })}</p>
      )}
      {!isEmpty && (
        <p class="actions">
          <button type="button" onClick={() => setSorted(NOTHING)}>
            {say('verify.clear')}
          </button>
        </p>
      )}
      {running && <p role="status">{say('verify.working', { done: verified.length, all: sorted.documents.length })}</p>}
      {!running && verified.length > 0 && <Results verified={verified} />}
      {!isEmpty && <Certificates certificates={sorted.certificates} />}
      {!offline && <OfflineNote />}
    </>
  );
}

/** Verifies anew whenever files or certificates are added. */
function useVerified({ documents, certificates }: Sorted) {
  const [verified, setVerified] = useState<readonly Verified[]>([]);
  const [running, setRunning] = useState(false);
  const round = useRef(0);
  useEffect(() => {
    round.current += 1;
    const mine = round.current;
    const isCurrent = (): boolean => round.current === mine;
    setVerified([]);
    setRunning(documents.length > 0);
    void verifyAll({ documents, certificates }, (done) => {
      if (isCurrent()) setVerified(done);
      return isCurrent();
    }).then(() => isCurrent() && setRunning(false));
  }, [documents, certificates]);
  return { verified, running };
}

/** Whatever is proven, is proven by these: a person has to compare them. */
function Certificates({ certificates }: { readonly certificates: readonly KnownCertificate[] }) {
  const say = useTexts();
  return (
    <Card title={say('verify.certificates')}>
      <p class="callout note">
        {say(certificates.length === 0 ? 'verify.certificates.none' : 'verify.certificates.compare')}
      </p>
      {certificates.map((certificate) => (
        <CertificateFacts
          key={certificate.id}
          {...certificate}
          notBefore={formatInstant(certificate.notBefore)}
          notAfter={formatInstant(certificate.notAfter)}
        />
      ))}
    </Card>
  );
}

function OfflineNote() {
  const say = useTexts();
  return (
    <p class="quiet">
      {say('verify.offline.note')}{' '}
      <a href="verify.html" download="sealmeter-verify.html">
        {say('verify.offline')}
      </a>
    </p>
  );
}
