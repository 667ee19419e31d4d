import type { CertificateCard } from '#das/api-types.ts';
import { useTexts } from '#das/page/language/language.ts';
import { CertificateFacts } from '#das/page/parts/certificate.tsx';
import { Card } from '#das/page/parts/frame.tsx';

export function CertificatesCard({ certificates }: { readonly certificates: readonly CertificateCard[] }) {
  const say = useTexts();
  return (
    <Card title={say('meter.certificates')}>
      {certificates.map((certificate) => (
        <CertificateFacts key={certificate.id} {...certificate} />
      ))}
      <p class="quiet small">{say('meter.certificates.note')}</p>
    </Card>
  );
}
