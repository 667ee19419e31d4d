import { isIP } from 'node:net';

import { type AltName, readExtensions, writeExtensions } from './extensions.ts';

/** A host as a person writes it: an IP address, or else a DNS name. */
export const altNameOf = (host: string): AltName => (isIP(host) === 0 ? { dns: host } : { ip: host });

export const altNameText = (name: AltName): string => ('dns' in name ? `DNS:${name.dns}` : `IP:${name.ip}`);

/** Whether they are the same hosts, in any order, and however an IPv6 address is written. */
export const sameAltNames = (a: readonly AltName[], b: readonly AltName[]): boolean => listHosts(a) === listHosts(b);

/** Those of the names that are not among the permitted ones. */
export function otherThan(names: readonly AltName[], permitted: readonly AltName[]): readonly AltName[] {
  const known = new Set(canonical(permitted).map(altNameText));
  return canonical(names).filter((name) => !known.has(altNameText(name)));
}

const listHosts = (names: readonly AltName[]): string => canonical(names).map(altNameText).toSorted().join();

/** The names as a certificate has them once it is read. */
const canonical = (names: readonly AltName[]): readonly AltName[] =>
  names.length === 0 ? [] : (readExtensions(writeExtensions({ subjectAltName: names })).fields.subjectAltName ?? []);
