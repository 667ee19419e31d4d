import type { KeyObject } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';

import { fromUtf8 } from '#core/bytes.ts';
import { Authority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { writeKeyFile } from './key-files.ts';
import { readKeyPair } from './key-pair-files.ts';
import { formatEvent, type LedgerEvent, ledgerOf, parseLedger } from './ledger.ts';
import type { AnsweredAuthority } from './ocsp-responder.ts';
import {
  type AuthorityName,
  ledgerPath,
  pairOf,
  readSettings,
  responderOf,
  revocationAddresses,
} from './pki-directory.ts';
import { readCertificateFile, readPublicFile, writeCertificateFile } from './public-files.ts';
import { exportKey } from './signing-key.ts';

/** Writes the files of a new authority (certificate, key, and a ledger without an entry) and opens it. */
export async function createAuthority(
  folder: string,
  name: AuthorityName,
  certificate: Certificate,
  privateKey: KeyObject,
): Promise<Authority> {
  const files = pairOf(folder, name);
  await writeKeyFile(files.key, exportKey(privateKey));
  await writeCertificateFile(files.certificate, [certificate]);
  await writeFile(ledgerPath(folder, name), '', { flag: 'wx' });
  return await openAuthority(folder, name);
}

/**
 * Opens an authority of a PKI folder to work with its key.
 * @throws SealmeterError (configuration) `PKI_FILE_MISSING`, `KEY_FILE_…`, `PKI_KEY_OF_ANOTHER`,
 *   `PKI_SETTINGS_INVALID`, `PKI_LEDGER_DAMAGED`
 */
export async function openAuthority(folder: string, name: AuthorityName): Promise<Authority> {
  const { certificates, key } = await readKeyPair(pairOf(folder, name));
  const [certificate] = certificates;
  const revocation = revocationAddresses(await readSettings(folder), name, certificate);
  const ledger = ledgerPath(folder, name);
  const record = (event: LedgerEvent): Promise<void> => appendFile(ledger, formatEvent(event), { flush: true });
  return new Authority({ certificate, key, revocation }, await readEvents(ledger), record);
}

/** Opens what a responder needs of an authority; the authority's own key is not touched. */
export async function openAnsweredAuthority(folder: string, name: AuthorityName): Promise<AnsweredAuthority> {
  const [certificate] = await readCertificateFile(pairOf(folder, name).certificate);
  const responder = await readKeyPair(pairOf(folder, responderOf(name)));
  return {
    certificate,
    ledger: ledgerOf(await readEvents(ledgerPath(folder, name))),
    responder: { certificate: responder.certificates[0], key: responder.key },
  };
}

const readEvents = async (ledger: string): Promise<readonly LedgerEvent[]> =>
  parseLedger(fromUtf8(await readPublicFile(ledger)) ?? '');
