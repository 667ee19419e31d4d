import type { Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import { type Certificate, isSelfIssued } from '#pki/certificate.ts';
import { isValidAt } from '#pki/certificate-life.ts';
import { type CertificatePath, type ChainQuestion, type ChainVerdict, validateChain } from '#pki/chain.ts';
import type { ChainFinding, Expectation } from './verdict.ts';

export interface SignaturePathsParts {
  /** The signature certificates that were installed. */
  readonly installed: readonly Certificate[];
  /** Their CAs: roots, and what leads to those, in any order. */
  readonly authorities: readonly Certificate[];
}

/** Finds what signature certificates lead to. Signatures of a good path are verified once; its dates each time. */
export class SignaturePaths {
  readonly #installed: ReadonlyMap<CertificateId, Certificate>;
  readonly #authorities: Pick<ChainQuestion, 'anchors' | 'intermediates'>;
  readonly #good = new Map<CertificateId, CertificatePath>();

  constructor({ installed, authorities }: SignaturePathsParts) {
    this.#installed = new Map(installed.map((certificate) => [certificate.id, certificate]));
    this.#authorities = {
      anchors: authorities.filter(isSelfIssued),
      intermediates: authorities.filter((authority) => !isSelfIssued(authority)),
    };
  }

  installed(id: CertificateId): Certificate | undefined {
    return this.#installed.get(id);
  }

  judge(leaf: Certificate, at: Instant): ChainVerdict {
    const good = this.#good.get(leaf.id);
    if (good?.every((certificate) => isValidAt(certificate, at)) === true) return { valid: true, path: good };
    const verdict = validateChain({ leaf, ...this.#authorities, at, purpose: 'signature' });
    if (verdict.valid) this.#good.set(leaf.id, verdict.path);
    return verdict;
  }
}

/** The part of an expectation that says whether a pinned certificate leads to a root that is trusted. */
export const chainsBy = (paths: SignaturePaths): Required<Pick<Expectation, 'chain'>> => ({
  chain({ id, subject }, at): ChainFinding {
    const certificate = paths.installed(id);
    if (certificate === undefined) return { valid: false, finding: `${subject}: nobody has its certificate` };
    const verdict = paths.judge(certificate, at);
    if (verdict.valid) return { valid: true, finding: `it leads to ${verdict.path.at(-1)?.subject.text ?? ''}` };
    return { valid: false, finding: verdict.problems.map(({ message }) => message).join('; ') };
  },
});
