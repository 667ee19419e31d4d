import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

import { fromUtf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { moveDurably, pointDurably, writeDurably } from '#pki/store/durable-files.ts';
import type { Certificate, CertificateList } from './certificate.ts';
import { type CertificateRequest, readCertificateRequest } from './certificate-request.ts';
import { readKeyFile } from './key-files.ts';
import { type KeyPairFiles, readKeyPair } from './key-pair-files.ts';
import { readPem, writePem } from './pem.ts';
import type { PreparedRequest } from './prepared-request.ts';
import { certificatesToPem, readCertificateFile, readPublicFile } from './public-files.ts';

/** A pair as it was installed. Its files stay what they are when a later pair takes its place. */
export interface InstalledPair {
  readonly certificates: CertificateList;
  /** The key's file is missing where the key is on a token that was set up by hand. */
  readonly files: KeyPairFiles;
}

/** A key that waits for its certificate. */
export interface PendingRequest {
  readonly der: Uint8Array;
  readonly content: CertificateRequest;
  readonly keyFile: string;
}

/** Not `.pem`: whoever lists the certificates of a folder means those in use. */
const CERTIFICATE = 'certificate.crt';
const KEY = 'private.key';
const REQUEST = 'request.csr';

const CURRENT = 'current';
const PENDING = 'pending';
const UNFINISHED = '.new';
const VERSION = /^\d{4,}$/;

const OWNER_ONLY = 0o600;
const FOR_ALL = 0o644;

/** The current pair and two earlier ones, for whoever wants to go back. */
const VERSIONS_KEPT = 3;

/**
 * Keeps a certificate and its key so that both change at once, and a crash at any moment leaves a whole pair: the old
 * one or the new. What the rest of the world knows by `tls.pem` and `tls.key` lies in versions beside them:
 *
 *     tls.pem → tls.versions/current/certificate.crt      tls.versions/current → 0002
 *     tls.key → tls.versions/current/private.key          tls.versions/0001/ 0002/ pending/
 *
 * A key that waits for its certificate lies in `pending`. When the certificate is there too, the folder becomes the
 * next version by its name alone, and `current` points to it. Versions are whole from the start, so the newest is the
 * one to point to, and what a crash left undone is done by whoever opens the store next.
 */
export class KeyPairStore {
  readonly #files: KeyPairFiles;
  readonly #folder: string;

  private constructor(files: KeyPairFiles) {
    this.#files = files;
    this.#folder = `${files.certificate.replace(/\.pem$/, '')}.versions`;
  }

  /**
   * Opens the store of two file names. A pair that lies there as plain files is taken in as a version of its own.
   * @throws SealmeterError (configuration) as `readKeyPair`, where there are plain files that are no pair
   */
  static async open(files: KeyPairFiles): Promise<KeyPairStore> {
    const store = new KeyPairStore(files);
    await store.#recover();
    return store;
  }

  /** `undefined` before the first. */
  async current(): Promise<InstalledPair | undefined> {
    const version = await this.#currentVersion();
    if (version === undefined) return undefined;
    const files = filesIn(this.#path(version));
    return { files, certificates: await readCertificateFile(files.certificate) };
  }

  async pending(): Promise<PendingRequest | undefined> {
    const file = this.#path(PENDING, REQUEST);
    if (!existsSync(file)) return undefined;
    const [der] = readPem('CERTIFICATE REQUEST', fromUtf8(await readPublicFile(file)) ?? '');
    if (der === undefined) throw unreadableRequest(file);
    return { der, content: readCertificateRequest(der), keyFile: this.#path(PENDING, KEY) };
  }

  /** Keeps a key and its request until the certificate is there, in place of what waited before. */
  async keepPending({ der, key }: PreparedRequest): Promise<PendingRequest> {
    const fresh = this.#path(`${PENDING}${UNFINISHED}`);
    await mkdir(fresh);
    await writeDurably(join(fresh, KEY), key, OWNER_ONLY);
    await writeDurably(join(fresh, REQUEST), writePem('CERTIFICATE REQUEST', der), FOR_ALL);
    await this.discardPending();
    await moveDurably(fresh, this.#path(PENDING));
    return { der, content: readCertificateRequest(der), keyFile: this.#path(PENDING, KEY) };
  }

  async discardPending(): Promise<void> {
    await rm(this.#path(PENDING), { recursive: true, force: true });
  }

  /** Puts the key that waited and its certificate in place of the current pair. */
  async install(certificates: CertificateList): Promise<InstalledPair> {
    await this.#writeCertificate(this.#path(PENDING), certificates);
    await this.#finishPending();
    await this.#pointToNewest();
    await this.#linkNames();
    await this.#prune();
    return { files: filesIn(this.#path((await this.#currentVersion()) ?? '')), certificates };
  }

  async #recover(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(UNFINISHED)) await rm(this.#path(name), { recursive: true });
    }
    await this.#finishPending();
    await this.#pointToNewest();
    await this.#adoptPlainFiles();
    await this.#linkNames();
  }

  /** From here on there is no way back: the key has its certificate, and is the newest version. */
  async #finishPending(): Promise<void> {
    if (!existsSync(this.#path(PENDING, CERTIFICATE))) return;
    await moveDurably(this.#path(PENDING), this.#path(await this.#nextVersion()));
  }

  async #pointToNewest(): Promise<void> {
    const newest = (await this.#versions()).at(-1);
    if (newest === undefined || newest === (await this.#currentVersion())) return;
    await pointDurably(this.#path(CURRENT), newest);
  }

  /** Plain files where links should be: from before there was a store, or put there by hand since. */
  async #adoptPlainFiles(): Promise<void> {
    if (!(await isPlainFile(this.#files.certificate)) && !(await isPlainFile(this.#files.key))) return;
    const certificates = await readCertificateFile(this.#files.certificate);
    const key = existsSync(this.#files.key) ? await readKeyFile(this.#files.key) : undefined;
    if (key !== undefined && isPrivateKey(key)) await readKeyPair(this.#files);
    const known = (await this.current())?.certificates[0];
    if (known?.id !== certificates[0].id) await this.#addVersion(certificates, key);
  }

  async #addVersion(certificates: CertificateList, key: string | undefined): Promise<void> {
    const version = await this.#nextVersion();
    const fresh = this.#path(`${version}${UNFINISHED}`);
    await mkdir(fresh);
    if (key !== undefined) await writeDurably(join(fresh, KEY), key, OWNER_ONLY);
    await this.#writeCertificate(fresh, certificates);
    await moveDurably(fresh, this.#path(version));
    await this.#pointToNewest();
  }

  /**
   * Lets the names lead to the current version. They are made anew each time, although they say the same: so who watches
   * their folder sees that something changed.
   */
  async #linkNames(): Promise<void> {
    const version = await this.#currentVersion();
    if (version === undefined) return;
    const { certificate, key } = this.#files;
    if (existsSync(this.#path(version, KEY))) await pointDurably(key, this.#linkTarget(key, KEY));
    await pointDurably(certificate, this.#linkTarget(certificate, CERTIFICATE));
  }

  async #prune(): Promise<void> {
    const versions = await this.#versions();
    for (const version of versions.slice(0, -VERSIONS_KEPT)) await rm(this.#path(version), { recursive: true });
  }

  async #writeCertificate(folder: string, certificates: readonly Certificate[]): Promise<void> {
    const file = join(folder, CERTIFICATE);
    await writeDurably(`${file}${UNFINISHED}`, certificatesToPem(certificates), FOR_ALL);
    await moveDurably(`${file}${UNFINISHED}`, file);
  }

  async #versions(): Promise<readonly string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => VERSION.test(name)).toSorted((a, b) => Number(a) - Number(b));
  }

  async #nextVersion(): Promise<string> {
    const newest = Number((await this.#versions()).at(-1) ?? 0);
    return String(newest + 1).padStart(4, '0');
  }

  async #currentVersion(): Promise<string | undefined> {
    try {
      return await readlink(this.#path(CURRENT));
    } catch {
      return undefined;
    }
  }

  #linkTarget(link: string, name: string): string {
    return join(relative(dirname(link), this.#folder), CURRENT, name);
  }

  #path(...names: readonly string[]): string {
    return join(this.#folder, ...names);
  }
}

/**
 * The files behind the names of a pair, of one version: read through the names one after the other, the two could come
 * from before and after a renewal. Names of plain files, and of none, are returned as they are.
 */
export async function resolvePair(files: KeyPairFiles): Promise<KeyPairFiles> {
  if (!existsSync(files.certificate)) return files;
  const certificate = await realpath(files.certificate);
  return basename(certificate) === CERTIFICATE ? filesIn(dirname(certificate)) : files;
}

const filesIn = (version: string): KeyPairFiles => ({
  certificate: join(version, CERTIFICATE),
  key: join(version, KEY),
});

/** Otherwise it says where the key is. */
const isPrivateKey = (text: string): boolean => text.includes('PRIVATE KEY');

async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
}

const unreadableRequest = (file: string): SealmeterError =>
  new SealmeterError('configuration', 'PKI_REQUEST_MISSING', `there is no certificate request in ${file}`, {
    mend: `remove the folder ${dirname(file)}: a new key and request are made`,
  });
