import { settle } from '../../../support/fake-clock.ts';

/** Counts calls that are under way in other threads, or on the wire: time must not go on before they have ended. */
export class CountedCalls {
  #underWay = 0;

  /** The same object, with every call of it counted that gives a promise. */
  of<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]): unknown => {
          const result: unknown = Reflect.apply(member, target, args);
          return result instanceof Promise ? this.#count(result) : result;
        };
      },
    });
  }

  /** Resolves when all have ended, with those that began for that. */
  async end(): Promise<void> {
    do await settle();
    while (this.#underWay > 0);
  }

  #count(call: Promise<unknown>): Promise<unknown> {
    this.#underWay += 1;
    return call.finally(() => {
      this.#underWay -= 1;
    });
  }
}
