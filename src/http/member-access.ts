import type { MemberAddress, Requester } from '#cosem/object-access.ts';
import type { ResourceAddress } from '#representation/resource-uri.ts';
import type { Exchange } from './exchange.ts';

export type AttributeAddress = Extract<ResourceAddress, { readonly kind: 'attribute' }>;
export type MethodAddress = Extract<ResourceAddress, { readonly kind: 'method' }>;

/** An attribute or a method, as the doors of COSEM name it. */
export function memberOf(address: AttributeAddress | MethodAddress): MemberAddress {
  const { ldev, classId, obis } = address;
  const member = address.kind === 'attribute' ? address.attribute : address.method;
  return { ldev, classId, logicalName: obis, member };
}

/** Who sent the request: its signature has been found to be theirs. */
export const requesterOf = (exchange: Exchange): Requester => ({
  id: exchange.get('client').id,
  rights: exchange.get('rights'),
});

/**
 * What the URI names, which has to be of this kind.
 * @throws TypeError where the table of resources leads a step to something else
 */
export function addressOf<Kind extends ResourceAddress['kind']>(
  exchange: Exchange,
  ...kinds: readonly Kind[]
): Extract<ResourceAddress, { readonly kind: Kind }> {
  const { address } = exchange.get('wanted');
  const kind = kinds.find((candidate) => candidate === address.kind);
  if (kind === undefined) throw new TypeError(`this is done with ${kinds.join(', ')}, not with ${address.kind}`);
  return address as Extract<ResourceAddress, { readonly kind: Kind }>;
}
