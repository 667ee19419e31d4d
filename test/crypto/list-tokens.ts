import type { SealmeterError } from '#core/errors.ts';
import { openPkcs11Signer } from '#crypto/pkcs11-signer.ts';
import { listTokens } from '#crypto/token-admin.ts';

// A process of its own for pkcs11-signer.test.ts: asks the module of its argument for tokens and prints what it got.

const answer = await listTokens(process.argv[2] ?? '').catch(({ code, message, mend }: SealmeterError) => ({
  code,
  message,
  mend,
}));
process.stdout.write(JSON.stringify({ answer, loaded: typeof openPkcs11Signer }));
