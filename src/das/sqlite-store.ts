import type { AppendResult, JudgedDocument, ReadingStore, Rejected } from './reading-store.ts';
import { AppendQueue } from './store/append-queue.ts';
import { gathered, packDocument, packRejection } from './store/pack-document.ts';
import type { StoreThread } from './store/store-calls.ts';
import { ThreadOfStore } from './store/store-thread.ts';

/**
 * Opens the store of a folder, and makes it where there is none. It lives in a thread of its own.
 * @throws SealmeterError (configuration) `DAS_STORE_LOCKED` where another process writes it, `DAS_STORE_UNWRITABLE`,
 *   `DAS_STORE_FOREIGN`, `DAS_STORE_NEWER`; (evidence) `DAS_STORE_DAMAGED`
 */
export async function openSqliteStore(folder: string): Promise<ReadingStore> {
  const thread = await ThreadOfStore.open(folder);
  const queue = new AppendQueue((documents) => {
    const { batch, memory } = gathered(documents);
    return thread.call<readonly AppendResult[]>('append', [batch], [memory]);
  });
  // What was appended before is on its way before anything else is asked.
  const ask =
    <Method extends keyof StoreThread>(method: Method) =>
    (...args: Parameters<StoreThread[Method]>): Promise<Awaited<ReturnType<StoreThread[Method]>>> => {
      queue.flush();
      return thread.call(method, args);
    };
  const quarantine = ask('quarantine');
  return {
    append: async (batch: readonly JudgedDocument[]) => queue.append(batch.map(packDocument)),
    quarantine: (rejected: Rejected) => quarantine(packRejection(rejected)),
    quarantined: ask('quarantined'),
    rejected: ask('rejected'),
    document: ask('document'),
    latest: ask('latest'),
    numbered: ask('numbered'),
    documents: ask('documents'),
    readings: ask('readings'),
    events: ask('events'),
    series: ask('series'),
    missingNumbers: ask('missingNumbers'),
    standings: ask('standings'),
    maintain: ask('maintain'),
    backup: ask('backup'),
    meters: ask('meters'),
    meter: ask('meter'),
    putMeter: ask('putMeter'),
    removeMeter: ask('removeMeter'),
    users: ask('users'),
    user: ask('user'),
    putUser: ask('putUser'),
    removeUser: ask('removeUser'),
    raise: ask('raise'),
    clear: ask('clear'),
    alarm: ask('alarm'),
    acknowledge: ask('acknowledge'),
    alarms: ask('alarms'),
    audit: ask('audit'),
    auditTrail: ask('auditTrail'),
    async [Symbol.asyncDispose]() {
      queue.flush();
      await thread[Symbol.asyncDispose]();
    },
  };
}
