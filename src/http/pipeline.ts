import type { RequestHandler } from 'express';

import { Exchange } from './exchange.ts';

/** Does one thing about an exchange; what it finds out, or decides, it notes there for those after it. */
export type Step = (exchange: Exchange) => Promise<void> | void;

/** Ends an exchange in which a step has thrown. */
export type Rescue = (exchange: Exchange, thrown: unknown) => void;

/**
 * One step after the other, as a handler of Express: in its router each step would cost a layer, and half of what the
 * service spends on a request beside its cryptography would go there. Only what has to be waited for is awaited.
 */
export function pipeline(steps: readonly Step[], rescue: Rescue): RequestHandler {
  return async function runPipeline(request, response) {
    const exchange = new Exchange(request, response);
    try {
      for (const step of steps) {
        const pending = step(exchange);
        if (pending !== undefined) await pending;
      }
    } catch (error) {
      rescue(exchange, error);
    }
  };
}
