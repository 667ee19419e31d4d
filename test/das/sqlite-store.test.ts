import { openSqliteStore } from '#das/sqlite-store.ts';
import { storeContract } from './support/store-contract.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

storeContract('SQLite', (t) => {
  const folder = temporaryFolder(t);
  return { open: () => openSqliteStore(folder) };
});
