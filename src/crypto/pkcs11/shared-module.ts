import { realpathSync } from 'node:fs';
import type { Clock } from '#core/clock.ts';
import { LoginGuard } from './login-guard.ts';
import { ModuleProcess, startModuleWorker } from './module-process.ts';
import type { TokenModule } from './token-module.ts';

/** A module in use, by one or several signers. */
export interface SharedModule extends AsyncDisposable {
  readonly calls: TokenModule;
  /** What is known in this process about log-ins to the token with that serial number. */
  readonly guard: (serial: string) => LoginGuard;
}

interface Share {
  readonly process: ModuleProcess;
  readonly guards: Map<string, LoginGuard>;
  users: number;
}

/**
 * A module is started once, however many signers use it: most tokens take one caller at a time, and only so can one
 * guard watch over all log-ins. The last user ends it.
 */
const shares = new Map<string, Share>();

export function shareModule(modulePath: string, clock: Clock): SharedModule {
  const key = realPath(modulePath);
  const share = shares.get(key) ?? newShare(key, clock);
  shares.set(key, share);
  share.users += 1;
  let ending: Promise<void> | undefined;
  return {
    calls: share.process,
    guard: (serial) => guardOf(share.guards, serial),
    [Symbol.asyncDispose]() {
      ending ??= release(key, share);
      return ending;
    },
  };
}

const newShare = (modulePath: string, clock: Clock): Share => ({
  process: new ModuleProcess(() => startModuleWorker(modulePath), clock),
  guards: new Map(),
  users: 0,
});

async function release(key: string, share: Share): Promise<void> {
  share.users -= 1;
  if (share.users > 0) return;
  shares.delete(key);
  await share.process.end();
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
