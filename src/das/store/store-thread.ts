import { Worker } from 'node:worker_threads';
import { type Fault, reasonOf, SealmeterError } from '#core/errors.ts';
import type { StoreAnswer, StoreCall } from './store-calls.ts';
import { ended } from './store-errors.ts';

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** The first answer says whether the store could be opened. */
const OPENING = 0;

/** Calls the thread of a store, which answers in the order of the calls. */
export class ThreadOfStore implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = OPENING;
  #end: SealmeterError | undefined;

  private constructor(folder: string) {
    this.#worker = new Worker(new URL('./store-worker.ts', import.meta.url), { workerData: { folder } });
    this.#worker.on('message', (answer: StoreAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#lose(ended(reasonOf(error))));
    this.#worker.on('exit', (code) => this.#lose(ended(`it was closed, with code ${code}`)));
  }

  /** @throws SealmeterError as the store has it */
  static async open(folder: string): Promise<ThreadOfStore> {
    const thread = new ThreadOfStore(folder);
    await thread.#answer(OPENING);
    return thread;
  }

  /** What is in `moved` is of no use here any more: the thread has it then. */
  call<Result>(
    method: StoreCall['method'],
    args: readonly unknown[],
    moved: readonly ArrayBuffer[] = [],
  ): Promise<Result> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    this.#last += 1;
    const call: StoreCall = { id: this.#last, method, args };
    this.#worker.postMessage(call, moved);
    return this.#answer(call.id);
  }

  /** What was asked for before is still done. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end === undefined) await this.call('close', []);
  }

  #answer<Result>(id: number): Promise<Result> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle(answer: StoreAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result as never);
    else {
      const { fault, code, message, mend } = answer.problem;
      waiting?.reject(new SealmeterError(fault as Fault, code, message, mend === undefined ? {} : { mend }));
    }
  }

  #lose(reason: SealmeterError): void {
    this.#end ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}
