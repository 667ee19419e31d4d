import { parentPort, workerData } from 'node:worker_threads';
import { loadBinding } from './binding.ts';
import { Pkcs11Module } from './pkcs11-module.ts';
import { tokenErrorOf } from './return-values.ts';
import type { Answer, Call, Operation } from './token-module.ts';

// The thread of one PKCS#11 module. It answers one call after the other until `null` comes, which ends it.

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

const modulePath = workerData as string;
const port = parentPort;
let loading: Promise<Pkcs11Module> | undefined;

async function load(): Promise<Pkcs11Module> {
  return new Pkcs11Module(await loadBinding(), modulePath);
}

async function answer({ number, operation, args }: Call): Promise<Answer> {
  try {
    loading ??= load();
    const module = await loading;
    try {
      const act = module[operation] as (...given: unknown[]) => unknown;
      return { number, result: act.apply(module, [...args]) };
    } finally {
      module.finalizeIfIdle();
    }
  } catch (thrown) {
    const { code, message } = tokenErrorOf(DOING[operation], thrown);
    return { number, problem: code, message };
  }
}

async function respond(call: Call | null): Promise<void> {
  if (call === null) port?.close();
  else port?.postMessage(await answer(call));
}

port?.on('message', (call: Call | null) => void respond(call));
