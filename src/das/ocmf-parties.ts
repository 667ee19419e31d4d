import { systemZone } from '#core/zone-file.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import type { Signer } from '#crypto/signer.ts';
import type { OcmfParties } from '#representation/ocmf.ts';
import type { PinnedMeter } from './das-registry.ts';

/** In whose name the readings of a meter are written as OCMF, which whoever gives it out signs. */
export type OcmfPartiesOf = (meter: PinnedMeter) => OcmfParties;

/** This DAS, by its signature key; `undefined` for a key that the format does not take. */
export function ocmfPartiesBy(signer: Signer, version: string): OcmfPartiesOf | undefined {
  const { id, curve } = signer.algorithm;
  if (id !== 'ecdsa-p256-sha256') return undefined;
  return (meter) => ({
    gateway: { identification: 'sealmeter DAS', serial: signer.keyId, version },
    meter: { manufacturer: manufacturerOf(meter), model: meter.name, serial: meter.id },
    zone: systemZone(meter.zone),
    async sign(payload) {
      const der = derFromRaw(await signer.sign(payload), curve);
      if (der === undefined) throw new TypeError('the signer gave no signature');
      return der;
    },
  });
}

/** The three letters of a meter number, which a hardware address does not have. @see DIN 43863-5 */
const manufacturerOf = ({ id }: PinnedMeter): string => /^.([a-z]{3}).*\.sm$/.exec(id)?.[1]?.toUpperCase() ?? '';
