import { parseDuration } from '#core/time.ts';
import { type SessionRules, sessionRules } from '#http/session-rules.ts';
import { DEFAULT_TLS_RULES, type TlsCredentials, type TlsRules } from '#http/tls-options.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import { parsePrivateKey } from '#pki/signing-key.ts';
import type { ConfigurationFile } from './configuration.ts';
import { certificatesIn } from './files.ts';
import type { MeterConfiguration } from './meter-schema.ts';

/** Reads certificates, key and roots. What stands after a client's certificate in its file is its sub-CA. */
export async function tlsCredentials({
  configuration,
  pathOf,
}: ConfigurationFile<MeterConfiguration>): Promise<TlsCredentials> {
  const { tls, clients } = configuration;
  const { certificate, key } = await resolvePair({ certificate: pathOf(tls.certificate), key: pathOf(tls.key) });
  return {
    certificates: certificatesIn(certificate),
    privateKey: parsePrivateKey(await readKeyFile(key)),
    clientRoots: tls.clientRoots.flatMap((root) => certificatesIn(pathOf(root))),
    clientIssuers: clients.flatMap((client) => client.tls.flatMap((file) => certificatesIn(pathOf(file)).slice(1))),
  };
}

type TlsEntry = MeterConfiguration['tls'];

export const tlsRulesOf = ({ minimumVersion, suites, groups }: TlsEntry): TlsRules => ({
  minimumVersion: minimumVersion ?? DEFAULT_TLS_RULES.minimumVersion,
  suites: suites ?? DEFAULT_TLS_RULES.suites,
  groups: groups ?? DEFAULT_TLS_RULES.groups,
});

/** @throws SealmeterError (configuration) `TLS_SESSION_RULES` */
export function sessionRulesOf({ sessions = {} }: TlsEntry): SessionRules {
  const { profile, octets } = sessions;
  const written = { resumeFor: sessions.resumeFor, ticketKeysFor: sessions.ticketKeysFor, age: sessions.age };
  const durations = Object.entries(written).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  return sessionRules(profile, {
    ...Object.fromEntries(durations.map(([name, text]) => [name, parseDuration(text)])),
    ...(octets === undefined ? {} : { octets }),
  });
}
