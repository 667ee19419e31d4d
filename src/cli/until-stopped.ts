import { once } from 'node:events';

/** Waits until the person or the system asks the command to stop. */
export async function untilStopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  // An abort listener does not keep the process alive; a server does, and so does this.
  const alive = setInterval(() => {}, 2 ** 30);
  await once(stop, 'abort');
  clearInterval(alive);
}
