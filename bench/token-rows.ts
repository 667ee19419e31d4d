import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { openPkcs11Signer } from '#crypto/pkcs11-signer.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { SoftHsm, type SoftKey, type SoftToken } from '../test/support/softhsm.ts';
import { compare, type Effort, type Row } from './compare.ts';
import { sampleDocument } from './sample-document.ts';
import type { Site } from './site.ts';

/** Sealing on a token, against sealing with the software key. */
export async function tokenRows(site: Site, effort: Effort): Promise<readonly Row[]> {
  using hsm = new SoftHsm();
  const token = hsm.addToken('bench');
  const keys = [
    ['P-256', hsm.addKey(token, '01', 'ecdsa-p256-sha256')],
    ['P-192', hsm.addKey(token, '02', 'ecdsa-p192-sha256')],
  ] as const;
  const document = sampleDocument();
  const rows: Row[] = [];
  for (const [curve, key] of keys) {
    await using signer = await openToken(hsm, token, key);
    const ours = () => sealDocument(document, signer);
    const floor = () => sealDocument(document, site.meter.signer);
    rows.push(await compare(`seal on SoftHSM ${curve}, floor: software P-256`, { ours, floor }, effort));
  }
  return rows;
}

const openToken = (hsm: SoftHsm, { label, pin }: SoftToken, { id, certificate }: SoftKey) =>
  openPkcs11Signer({
    module: hsm.module,
    token: { label },
    key: { id },
    certificate,
    readPin: () => pin,
    clock: systemClock,
    log: silentLog,
  });
