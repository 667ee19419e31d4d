import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '#core/bytes.ts';
import { type SignatureAlgorithmId, signatureAlgorithm } from '#crypto/algorithms.ts';
import { spkiOfPoint } from '#crypto/spki.ts';
import { program } from './programs.ts';

const SECURITY_OFFICER_PIN = '5678';

export interface SoftToken {
  readonly label: string;
  readonly serial: string;
  readonly pin: string;
}

export interface SoftKey {
  /** CKA_ID in hex. */
  readonly id: string;
  readonly label: string;
  readonly algorithm: SignatureAlgorithmId;
  /** DER, issued by nobody: it ties a name to the key and no more. */
  readonly certificate: Uint8Array;
}

/**
 * Software tokens in a folder of their own. SoftHSM finds its folder by an environment variable and reads that when the
 * module is initialised, so a process has one set of tokens at a time: the one that was made last.
 */
export class SoftHsm implements Disposable {
  readonly module = program('softhsm');
  readonly #folder = mkdtempSync(join(tmpdir(), 'sealmeter-softhsm-'));
  readonly #tokens = join(this.#folder, 'tokens');
  readonly #takenOut = join(this.#folder, 'taken-out');

  constructor() {
    mkdirSync(this.#tokens);
    mkdirSync(this.#takenOut);
    const configuration = join(this.#folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${this.#tokens}\nobjectstore.backend = file\n`);
    process.env['SOFTHSM2_CONF'] = configuration;
  }

  addToken(label: string, pin = '1234'): SoftToken {
    const before = this.#folders();
    const pins = ['--so-pin', SECURITY_OFFICER_PIN, '--pin', pin];
    execFileSync(program('softhsm2-util'), ['--init-token', '--free', '--label', label, ...pins]);
    const folder = this.#folders().find((name) => !before.includes(name)) ?? '';
    // SoftHSM names the folder after the serial number and more: 8 digits, then that in two halves.
    return { label, pin, serial: folder.replaceAll('-', '').slice(-16) };
  }

  /** Makes a key with pkcs11-tool, which is none of ours, and a certificate for it. */
  addKey(
    token: SoftToken,
    id: string,
    algorithm: SignatureAlgorithmId = 'ecdsa-p256-sha256',
    label = `key-${id}`,
  ): SoftKey {
    const row = signatureAlgorithm(algorithm);
    const type = ['--key-type', `EC:${row.curve.openssl}`, '--usage-sign'];
    const said = this.tool(token, '--keypairgen', ...type, '--id', id, '--label', label).toString();
    // It shows CKA_EC_POINT in hex, a DER OCTET STRING. Its --read-object of a P-384 key fails (OpenSC 0.23).
    const point = fromHex(/EC_POINT: +04..([0-9a-f]+)/.exec(said)?.[1] ?? '') ?? Uint8Array.of();
    return { id, label, algorithm, certificate: this.#certify(spkiOfPoint(row, point)) };
  }

  deleteKey(token: SoftToken, { id }: SoftKey): void {
    for (const type of ['privkey', 'pubkey']) this.tool(token, '--delete-object', '--type', type, '--id', id);
  }

  /** Calls pkcs11-tool, logged in to the token. */
  tool(token: SoftToken, ...args: readonly string[]): Buffer {
    const login = ['--module', this.module, '--token-label', token.label, '--login', '--pin', token.pin];
    return execFileSync(program('pkcs11-tool'), [...login, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** As near as software comes to pulling a card: the token's files are somewhere else. */
  takeOut({ serial }: SoftToken): void {
    this.#move(serial, this.#tokens, this.#takenOut);
  }

  putBack({ serial }: SoftToken): void {
    this.#move(serial, this.#takenOut, this.#tokens);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  #folders(): string[] {
    return readdirSync(this.#tokens);
  }

  #move(serial: string, from: string, to: string): void {
    const folder = readdirSync(from).find((name) => name.replaceAll('-', '').endsWith(serial));
    if (folder === undefined) throw new Error(`there is no token ${serial} in ${from}`);
    renameSync(join(from, folder), join(to, folder));
  }

  #certify(publicKey: Uint8Array): Uint8Array {
    const file = (name: string): string => join(this.#folder, name);
    writeFileSync(file('key.der'), publicKey);
    const openssl = (...args: readonly string[]): Buffer => execFileSync(program('openssl'), args);
    openssl('pkey', '-pubin', '-inform', 'DER', '-in', file('key.der'), '-out', file('key.pem'));
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file('nobody.key'));
    const subject = ['-subj', '/CN=meter', '-force_pubkey', file('key.pem')];
    return openssl('x509', '-new', ...subject, '-key', file('nobody.key'), '-outform', 'DER');
  }
}
