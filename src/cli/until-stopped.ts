/** Waits until the person or the system asks the command to stop. */
export function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    // An abort listener does not keep the process alive; a server does, and so does this.
    const alive = setInterval(() => {}, 2 ** 30);
    stop.addEventListener(
      'abort',
      () => {
        clearInterval(alive);
        resolve();
      },
      { once: true },
    );
  });
}
