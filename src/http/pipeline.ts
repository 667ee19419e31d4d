import type { RequestHandler } from 'express';

import { Exchange } from './exchange.ts';

/** Does one thing about an exchange; what it finds out, or decides, it notes there for those after it. */
export type Step = (exchange: Exchange) => Promise<void> | void;

/** Ends an exchange in which a step has thrown. */
export type Rescue = (exchange: Exchange, thrown: unknown) => void;

/** Steps that follow one another, as one. Only what has to be waited for is awaited. */
export function sequence(steps: readonly Step[]): Step {
  return async function runSequence(exchange) {
    for (const step of steps) {
      const pending = step(exchange);
      if (pending !== undefined) await pending;
    }
  };
}

/** Goes on with one of several ways. @throws TypeError where there is no such way */
export function branch<Way extends string>(
  wayOf: (exchange: Exchange) => Way,
  ways: Readonly<Partial<Record<Way, Step>>>,
): Step {
  return function runBranch(exchange) {
    const way = wayOf(exchange);
    const step = ways[way];
    if (step === undefined) throw new TypeError(`there is no way to ${way}`);
    return step(exchange);
  };
}

/**
 * Steps as a handler of Express: in its router each of them would cost a layer, and half of what the service spends on a
 * request beside its cryptography would go there.
 */
export function pipeline(steps: readonly Step[], rescue: Rescue): RequestHandler {
  const run = sequence(steps);
  return async function runPipeline(request, response) {
    const exchange = new Exchange(request, response);
    try {
      await run(exchange);
    } catch (error) {
      rescue(exchange, error);
    }
  };
}
