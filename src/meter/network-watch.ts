import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '#core/clock.ts';
import { Seconds } from '#core/time.ts';
import type { NewEvent } from '#journal/event-books.ts';

/** An address of this machine, of a network interface that is up. */
export interface LocalAddress {
  readonly address: string;
  /** Of the loopback. */
  readonly internal: boolean;
}

export interface NetworkWatchParts {
  /** Where clients come in: an address of this machine; a name or `0.0.0.0` stands for all that it has. */
  readonly host: string;
  readonly onEvent: (event: NewEvent) => void;
  readonly clock: Clock;
  readonly addresses?: () => readonly LocalAddress[];
}

const INTERVAL = Seconds(10);

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Tells when this machine loses the address that clients reach it by, and when it has it again. */
export class NetworkWatch implements Disposable {
  readonly #parts: NetworkWatchParts;
  #isLost = false;
  #cancel: () => void;

  constructor(parts: NetworkWatchParts) {
    this.#parts = parts;
    this.#cancel = this.#look();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #look(): () => void {
    const { host, onEvent, clock, addresses = localAddresses } = this.#parts;
    const reason = whyUnreachable(host, addresses());
    const wasLost = this.#isLost;
    this.#isLost = reason !== undefined;
    if (reason !== undefined && !wasLost) onEvent({ name: 'network-lost', data: { reason } });
    if (reason === undefined && wasLost) onEvent({ name: 'network-back', data: {} });
    return clock.after(INTERVAL, () => {
      this.#cancel = this.#look();
    });
  }
}

/** `undefined` where clients can come in, as far as this machine knows. */
function whyUnreachable(host: string, addresses: readonly LocalAddress[]): string | undefined {
  if (isIP(host) === 0 || WILDCARDS.has(host)) {
    return addresses.some(({ internal }) => !internal) ? undefined : 'this machine has no address but its own loopback';
  }
  return addresses.some(({ address }) => address === host) ? undefined : `${host} is no address of this machine`;
}

/** An interface without a carrier is not among them. */
const localAddresses = (): readonly LocalAddress[] => Object.values(networkInterfaces()).flatMap((own) => own ?? []);
