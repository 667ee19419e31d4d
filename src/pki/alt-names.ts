import { isIP } from 'node:net';

import type { AltName } from './extensions.ts';

/** A host as a person writes it: an IP address, or else a DNS name. */
export const altNameOf = (host: string): AltName => (isIP(host) === 0 ? { dns: host } : { ip: host });

export const altNameText = (name: AltName): string => ('dns' in name ? `DNS:${name.dns}` : `IP:${name.ip}`);
