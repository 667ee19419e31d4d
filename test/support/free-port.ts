import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port at which nobody listens, with the next one if two are wanted, for what cannot say which one it has taken. The system
 * would choose one of those that it also gives to outgoing connections, perhaps in the very next moment.
 */
export async function freePort(wanted: 1 | 2 = 1): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if ((await isFree(port)) && (wanted === 1 || (await isFree(port + 1)))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.on('error', () => resolve(false));
  server.listen(port, () => server.close(() => resolve(true)));
  return await promise;
}
