import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#core/clock.ts';
import { type Duration, Seconds, toSeconds } from '#core/time.ts';
import type { Answer, Call, Operation, TokenModule } from './token-module.ts';
import { TokenError } from './token-problems.ts';

/** How long each call may take. Opening looks through all readers; a card may compute long at a new key. */
const PATIENCE: Readonly<Record<Operation, Duration>> = {
  open: Seconds(20),
  login: Seconds(4),
  publicKeys: Seconds(4),
  useKey: Seconds(4),
  sign: Seconds(4),
  listTokens: Seconds(20),
  listKeys: Seconds(4),
  createKey: Seconds(60),
  close: Seconds(4),
};

/** What the process prints goes where messages go: stdout belongs to the program. */
export const startModuleWorker = (modulePath: string): ChildProcess =>
  fork(fileURLToPath(import.meta.resolve('#crypto/pkcs11/module-worker.ts')), [modulePath], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
  });

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: TokenError) => void;
}

/**
 * A {@link TokenModule} in a process of its own, which gets one call at a time.
 *
 * Not in a thread: a module that crashes would take the program along, and one that hangs cannot be ended. OpenSC 0.23
 * hangs for good when a card is pulled while it talks to it. @see https://github.com/OpenSC/OpenSC/issues/2707
 *
 * A process that ended is replaced at the next call; whatever it held open is lost then.
 */
export class ModuleProcess implements TokenModule {
  readonly #startWorker: () => ChildProcess;
  readonly #clock: Clock;
  #worker: ChildProcess | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting: Waiting | undefined;

  readonly open = this.#remote('open');
  readonly login = this.#remote('login');
  readonly publicKeys = this.#remote('publicKeys');
  readonly useKey = this.#remote('useKey');
  readonly sign = this.#remote('sign');
  readonly listTokens = this.#remote('listTokens');
  readonly listKeys = this.#remote('listKeys');
  readonly createKey = this.#remote('createKey');
  readonly close = this.#remote('close');

  constructor(startWorker: () => ChildProcess, clock: Clock) {
    this.#startWorker = startWorker;
    this.#clock = clock;
  }

  /** Ends the process when it has done what it was asked for. */
  async end(): Promise<void> {
    await this.#turn;
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = once(worker, 'exit');
    worker.disconnect();
    const cancel = this.#clock.after(PATIENCE.close, () => worker.kill('SIGKILL'));
    await exited;
    cancel();
  }

  #remote<Name extends Operation>(operation: Name) {
    return (...args: Parameters<TokenModule[Name]>): Promise<Awaited<ReturnType<TokenModule[Name]>>> => {
      const answer = this.#turn.then(() => this.#ask<Awaited<ReturnType<TokenModule[Name]>>>({ operation, args }));
      this.#turn = answer.catch(() => undefined);
      return answer;
    };
  }

  async #ask<Result>(call: Call): Promise<Result> {
    const worker = this.#running();
    const patience = PATIENCE[call.operation];
    const cancel = this.#clock.after(patience, () => {
      worker.kill('SIGKILL');
      this.#lose(worker, new TokenError('TOKEN_SILENT', `no answer within ${toSeconds(patience)} s`));
    });
    try {
      return await new Promise<Result>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        worker.send(call, (error) => {
          if (error !== null) this.#lose(worker, processEnded(error.message));
        });
      });
    } finally {
      cancel();
    }
  }

  #running(): ChildProcess {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#startWorker();
    worker.on('message', (answer: Answer) => this.#settle(worker, answer));
    worker.on('error', (error) => this.#lose(worker, processEnded(error.message)));
    worker.on('exit', (code, signal) => this.#lose(worker, processEnded(`it ended with ${signal ?? `code ${code}`}`)));
    this.#worker = worker;
    return worker;
  }

  #settle(worker: ChildProcess, answer: Answer): void {
    if (this.#worker !== worker) return;
    if ('problem' in answer) this.#waiting?.reject(new TokenError(answer.problem, answer.message));
    else this.#waiting?.resolve(answer.result as never);
  }

  #lose(worker: ChildProcess, error: TokenError): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#waiting?.reject(error);
  }
}

const processEnded = (reason: string): TokenError =>
  new TokenError('TOKEN_PROCESS_ENDED', `the process of the PKCS#11 module is gone: ${reason}`);
