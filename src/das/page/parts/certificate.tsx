import { Zone } from '#core/zone.ts';
import type { CertificateCard } from '#das/api-types.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';

const UTC = new Zone('UTC');

type Facts = Pick<CertificateCard, 'id' | 'subject' | 'issuer' | 'notBefore' | 'notAfter'>;

/** A certificate as a person compares it: the fingerprint in groups of four. */
export function CertificateFacts({ id, subject, issuer, notBefore, notAfter }: Facts) {
  const [say, language] = [useTexts(), useLanguage()];
  const day = (text: string): string => formatTime(instantOf(text) ?? 0, 'day', UTC, language);
  return (
    <dl class="facts">
      <dt>{say('certificate.fingerprint')}</dt>
      <dd>
        <Fingerprint id={id} />
      </dd>
      <dt>{say('certificate.subject')}</dt>
      <dd>{subject}</dd>
      <dt>{say('certificate.issuer')}</dt>
      <dd>{issuer}</dd>
      <dt>{say('certificate.valid')}</dt>
      <dd>{say('certificate.period', { from: day(notBefore), to: day(notAfter) })}</dd>
    </dl>
  );
}

/** `sha256:` and 64 digits, in groups that an eye can keep apart. */
export function Fingerprint({ id }: { readonly id: string }) {
  const groups = id.replace('sha256:', '').match(/.{1,4}/g) ?? [];
  return (
    <code class="fingerprint">
      {groups.map((group, index) => (
        <span key={index}>{group} </span>
      ))}
    </code>
  );
}
