import { utf8 } from '#core/bytes.ts';
import type { Signer } from '#crypto/signer.ts';
import { listTokens, type TokenDescription } from '#crypto/token-admin.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

interface TokenPlace {
  readonly module: string;
  readonly label: string;
  readonly serial?: string | undefined;
}

/** What a token says of its PIN, in words. A TPM says `usable` until it is locked. */
const PIN_STATES: Readonly<Record<TokenDescription['pin'], string | undefined>> = {
  usable: undefined,
  'few-tries': 'a wrong PIN was given: few tries are left',
  'final-try': 'one try of the PIN is left, which is not made by itself',
  locked: 'its PIN is locked',
};

/** Whether the token is there, and what is left of its PIN, without a log-in. */
export async function examineToken(place: TokenPlace | undefined): Promise<Finding> {
  if (place === undefined) return unknown('token', 'none is configured', 'nothing needs to be done');
  const found = (await listTokens(place.module)).filter(
    ({ label, serial }) => label === place.label && (place.serial === undefined || serial === place.serial),
  );
  const [token, ...others] = found;
  if (token === undefined)
    return wrong('token', `no token "${place.label}"`, 'insert it; `sealmeter token list` shows all');
  if (others.length > 0) {
    return wrong('token', `${found.length} tokens "${place.label}"`, 'configure signature.token.serial');
  }
  const name = `"${token.label}", serial ${token.serial}, ${token.manufacturer} ${token.model}`;
  const problem = PIN_STATES[token.pin];
  return problem === undefined
    ? well('token', name)
    : wrong('token', `${name}: ${problem}`, 'find out who gave it, correct the PIN file, unlock the PIN with the PUK');
}

/** Signs something: only then it is known that key, certificate and PIN belong together. */
export async function examineSigner(open: () => Promise<Signer & Partial<AsyncDisposable>>): Promise<Finding> {
  const signer = await open();
  try {
    await signer.sign(utf8('sealmeter doctor'));
    return well('key', `${signer.algorithm.curve.name}, ${signer.keyId}, signs`);
  } finally {
    await signer[Symbol.asyncDispose]?.();
  }
}
