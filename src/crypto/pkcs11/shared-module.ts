import { realpathSync } from 'node:fs';
import { LoginGuard } from './login-guard.ts';
import { ModuleThread, startModuleWorker } from './module-thread.ts';
import type { TokenModule } from './token-module.ts';

/** A module in use, by one or several signers. */
export interface SharedModule extends AsyncDisposable {
  readonly calls: TokenModule;
  /** What is known in this process about log-ins to the token with that serial number. */
  readonly guard: (serial: string) => LoginGuard;
}

interface Share {
  readonly thread: ModuleThread;
  readonly guards: Map<string, LoginGuard>;
  users: number;
}

/**
 * PKCS#11 keeps its state (initialised, logged in) per process, whoever calls: so one process has one thread for each
 * module, and the last user ends it.
 */
const shares = new Map<string, Share>();

export function shareModule(modulePath: string): SharedModule {
  const key = realPath(modulePath);
  const share = shares.get(key) ?? newShare(modulePath);
  shares.set(key, share);
  share.users += 1;
  let ending: Promise<void> | undefined;
  return {
    calls: share.thread,
    guard: (serial) => guardOf(share.guards, serial),
    [Symbol.asyncDispose]() {
      ending ??= release(key, share);
      return ending;
    },
  };
}

const newShare = (modulePath: string): Share => ({
  thread: new ModuleThread(() => startModuleWorker(modulePath)),
  guards: new Map(),
  users: 0,
});

async function release(key: string, share: Share): Promise<void> {
  share.users -= 1;
  if (share.users > 0) return;
  shares.delete(key);
  await share.thread.end();
}

function guardOf(guards: Map<string, LoginGuard>, serial: string): LoginGuard {
  const guard = guards.get(serial) ?? new LoginGuard();
  guards.set(serial, guard);
  return guard;
}

/** Two names of one file are one module. One that is not there yet is known by the name that it was given. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
