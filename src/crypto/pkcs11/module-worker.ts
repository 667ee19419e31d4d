import { loadBinding } from './binding.ts';
import { Pkcs11Module } from './pkcs11-module.ts';
import { tokenErrorOf } from './return-values.ts';
import type { Answer, Call, Operation } from './token-module.ts';

// The process of one PKCS#11 module, whose path is its argument. It answers one call after the other. Nothing but the
// channel to whoever started it keeps it alive, so that it ends when that one lets go of it or is gone.

/** What each operation was doing when it failed. */
const DOING: Readonly<Record<Operation, string>> = {
  open: 'opening the token',
  login: 'logging in',
  publicKeys: 'reading public keys',
  useKey: 'finding the private key',
  sign: 'signing',
  listTokens: 'listing tokens',
  listKeys: 'listing keys',
  createKey: 'creating a key',
  close: 'closing the session',
};

const [, , modulePath = ''] = process.argv;
let loading: Promise<Pkcs11Module> | undefined;

async function load(): Promise<Pkcs11Module> {
  return new Pkcs11Module(await loadBinding(), modulePath);
}

async function answer({ operation, args }: Call): Promise<Answer> {
  try {
    loading ??= load();
    const module = await loading;
    try {
      const act = module[operation] as (...given: unknown[]) => unknown;
      return { result: act.apply(module, [...args]) };
    } finally {
      module.finalizeIfIdle();
    }
  } catch (thrown) {
    const { code, message } = tokenErrorOf(DOING[operation], thrown);
    return { problem: code, message };
  }
}

async function respond(call: Call): Promise<void> {
  process.send?.(await answer(call));
}

process.on('message', (call: Call) => void respond(call));
// A terminal and a supervisor send these to the whole group. The program decides when it needs the token no more.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
