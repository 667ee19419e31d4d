import { equalBytes } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import { certificateId } from '#crypto/node-crypto.ts';
import { type Certificate, type CertificateList, readCertificate } from './certificate.ts';
import { isValidAt } from './certificate-life.ts';
import { type CertificatePath, type ChainVerdict, validateChain } from './chain.ts';
import type { PresentedChain } from './presented-chain.ts';
import type { Purpose } from './purposes.ts';

export interface PeerPathsOptions {
  readonly anchors: readonly Certificate[];
  /** Sub-CAs that are known beforehand, for peers whose chain cannot be seen. They need no trust. */
  readonly known: readonly Certificate[];
  readonly purpose: Purpose;
}

export interface JudgedPeer {
  readonly leaf: Certificate;
  readonly verdict: ChainVerdict;
}

interface Memory {
  readonly certificates: CertificateList;
  readonly path: CertificatePath;
}

/** Far more peers than a meter or a DAS has; the one seen longest ago is forgotten first. */
const CAPACITY = 10_000;

/**
 * Finds the paths of TLS peers. A good one is remembered: its signatures need not be verified on every connection, and
 * a resumed session brings the leaf alone. Its dates are looked at each time.
 */
export class PeerPaths {
  readonly #options: PeerPathsOptions;
  readonly #memories = new Map<CertificateId, Memory>();

  constructor(options: PeerPathsOptions) {
    this.#options = options;
  }

  /** @throws SealmeterError (evidence) where a certificate cannot be read */
  judge(presented: PresentedChain, at: Instant): JudgedPeer {
    const memory = this.#recall(presented);
    if (memory !== undefined && memory.path.every((certificate) => isValidAt(certificate, at))) {
      return { leaf: memory.path[0], verdict: { valid: true, path: memory.path } };
    }
    const [leaf, ...issuers] = memory?.certificates ?? readChain(presented);
    const { anchors, purpose } = this.#options;
    const intermediates = [...issuers, ...this.#knownIssuersOf(leaf)];
    const verdict = validateChain({ leaf, intermediates, anchors, at, purpose });
    if (verdict.valid) this.#remember({ certificates: [leaf, ...issuers], path: verdict.path });
    return { leaf, verdict };
  }

  /** What is remembered of the leaf, unless it comes with other issuers than before. */
  #recall([leaf, ...issuers]: PresentedChain): Memory | undefined {
    const memory = this.#memories.get(certificateId(leaf));
    const isRemembered = (der: Uint8Array): boolean =>
      memory?.certificates.some((certificate) => equalBytes(certificate.der, der)) ?? false;
    return issuers.every(isRemembered) ? memory : undefined;
  }

  #remember(memory: Memory): void {
    const [{ id }] = memory.certificates;
    this.#memories.delete(id);
    this.#memories.set(id, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > CAPACITY && oldest !== undefined) this.#memories.delete(oldest);
  }

  #knownIssuersOf({ issuer }: Certificate): readonly Certificate[] {
    return this.#options.known.filter(({ subject }) => equalBytes(subject.der, issuer.der));
  }
}

const readChain = ([leaf, ...issuers]: PresentedChain): CertificateList => [
  readCertificate(leaf),
  ...issuers.map(readCertificate),
];
