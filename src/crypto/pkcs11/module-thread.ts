import { Worker } from 'node:worker_threads';
import type { Answer, Call, Operation, TokenModule } from './token-module.ts';
import { TokenError } from './token-problems.ts';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export const startModuleWorker = (modulePath: string): Worker =>
  new Worker(new URL(import.meta.resolve('#crypto/pkcs11/module-worker.ts')), {
    name: 'pkcs11',
    workerData: modulePath,
  });

/**
 * A {@link TokenModule} in a thread of its own. A thread that ended is replaced at the next call; whatever it held open
 * is lost then.
 */
export class ModuleThread implements TokenModule {
  readonly #startWorker: () => Worker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #calls = 0;

  readonly open = this.#remote('open');
  readonly login = this.#remote('login');
  readonly publicKeys = this.#remote('publicKeys');
  readonly useKey = this.#remote('useKey');
  readonly sign = this.#remote('sign');
  readonly listTokens = this.#remote('listTokens');
  readonly listKeys = this.#remote('listKeys');
  readonly createKey = this.#remote('createKey');
  readonly close = this.#remote('close');

  constructor(startWorker: () => Worker) {
    this.#startWorker = startWorker;
  }

  /** Ends the thread when it has done what it was asked for. */
  async end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage(null);
    await ended;
  }

  #remote<Name extends Operation>(operation: Name) {
    return (...args: Parameters<TokenModule[Name]>): Promise<Awaited<ReturnType<TokenModule[Name]>>> =>
      new Promise((resolve, reject) => {
        const number = ++this.#calls;
        this.#waiting.set(number, { resolve, reject });
        this.#thread().postMessage({ number, operation, args } satisfies Call);
      });
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#startWorker();
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', (code) => this.#lose(worker, `it ended with code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ('problem' in answer) waiting?.reject(new TokenError(answer.problem, answer.message));
    else waiting?.resolve(answer.result as never);
  }

  #lose(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) {
      reject(new TokenError('TOKEN_THREAD_ENDED', `the thread of the PKCS#11 module is gone: ${reason}`));
    }
    this.#waiting.clear();
  }
}
