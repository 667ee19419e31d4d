import { SealmeterError } from '#core/errors.ts';
import type { Rights } from '#cosem/access-rights.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { SignatureKey } from '#signature/signature-key.ts';

/** Whoever may call the meter. */
export interface Client {
  readonly id: string;
  /** The TLS certificates that it is known by: more than one while it changes from the old to the new. */
  readonly tlsCertificates: readonly CertificateId[];
  /** The keys that it may sign requests with. */
  readonly signatureKeys: readonly SignatureKey[];
  readonly rights: Rights;
}

/** All clients, by what they show. */
export interface ClientDirectory {
  withTlsCertificate(id: CertificateId): Client | undefined;
  signatureKey(keyId: string): SignatureKey | undefined;
}

/** @throws SealmeterError (configuration) `CLIENT_CERTIFICATE_SHARED`: it could not be told who calls. */
export function clientDirectory(clients: readonly Client[]): ClientDirectory {
  const byCertificate = new Map<CertificateId, Client>();
  const keys = new Map<string, SignatureKey>();
  for (const client of clients) {
    for (const id of client.tlsCertificates) addOnce(byCertificate, id, client, client);
    for (const key of client.signatureKeys) addOnce(keys, key.keyId, key, client);
  }
  return {
    withTlsCertificate: (id) => byCertificate.get(id),
    signatureKey: (keyId) => keys.get(keyId),
  };
}

/** A directory in place of which another can come, at once for all who look into it. */
export class CurrentClients implements ClientDirectory {
  #directory: ClientDirectory;

  constructor(directory: ClientDirectory) {
    this.#directory = directory;
  }

  replace(directory: ClientDirectory): void {
    this.#directory = directory;
  }

  withTlsCertificate(id: CertificateId): Client | undefined {
    return this.#directory.withTlsCertificate(id);
  }

  signatureKey(keyId: string): SignatureKey | undefined {
    return this.#directory.signatureKey(keyId);
  }
}

function addOnce<Name, Value>(map: Map<Name, Value>, name: Name, value: Value, client: Client): void {
  if (map.has(name)) {
    throw new SealmeterError(
      'configuration',
      'CLIENT_CERTIFICATE_SHARED',
      `the certificate ${String(name)} of client "${client.id}" is entered twice`,
      { mend: 'give every client certificates of its own, and name each once' },
    );
  }
  map.set(name, value);
}
