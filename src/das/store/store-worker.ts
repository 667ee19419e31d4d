import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { openKeeper } from './keeper.ts';
import type { StoreAnswer, StoreCall } from './store-calls.ts';

// The thread of a store: SQLite waits for the disk here, so that nobody else does. Calls are answered one after the other,
// but for those that take long and let others have their turn.

function answerOf(id: number, thrown: unknown): StoreAnswer {
  if (thrown instanceof SealmeterError) {
    const { fault, code, message, mend } = thrown;
    return { id, problem: { fault, code, message, mend } };
  }
  return { id, problem: { fault: 'internal', code: 'DAS_STORE_FAILED', message: reasonOf(thrown), mend: undefined } };
}

function serve(port: MessagePort, folder: string): void {
  const keeper = openKeeper(folder);
  const act = async ({ id, method, args }: StoreCall): Promise<StoreAnswer> => {
    try {
      if (method === 'close') {
        keeper[Symbol.dispose]();
        return { id, result: undefined };
      }
      const call = keeper[method] as (...given: readonly unknown[]) => unknown;
      return { id, result: await call(...args) };
    } catch (thrown) {
      return answerOf(id, thrown);
    }
  };
  port.on('message', (call: StoreCall) => {
    void act(call).then((answer) => {
      port.postMessage(answer);
      if (call.method === 'close') port.close();
    });
  });
}

if (parentPort === null) throw new TypeError('this is the thread of a store');
try {
  serve(parentPort, (workerData as { readonly folder: string }).folder);
  parentPort.postMessage({ id: 0, result: undefined } satisfies StoreAnswer);
} catch (thrown) {
  parentPort.postMessage(answerOf(0, thrown));
}
