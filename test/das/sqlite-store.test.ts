import { openSqliteStore } from '#das/sqlite-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { storeContract } from './support/store-contract.ts';

storeContract('SQLite', (t) => {
  const folder = temporaryFolder(t);
  return { open: () => openSqliteStore(folder) };
});
