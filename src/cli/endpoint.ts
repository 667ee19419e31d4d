import { usageError } from './command.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`; an IPv6 address may stand in brackets. */
export function endpointOf(option: string, text: string): Endpoint {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw usageError(`--${option} "${text}" is no address`, 'write HOST:PORT, for example 127.0.0.1:5020');
  }
  return { host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}
