import type * as graphene from 'graphene-pk11';
import { reasonOf } from '#core/errors.ts';
import { TokenError } from './token-problems.ts';

/** What graphene-pk11 exports. */
export type Binding = typeof graphene;

/**
 * Loads the binding. It is an optional dependency with a native part that is compiled when it is installed, so that
 * either may be absent; only the thread that needs it loads it.
 * @throws TokenError `TOKEN_SUPPORT_MISSING`
 */
export async function loadBinding(): Promise<Binding> {
  try {
    return await import('graphene-pk11');
  } catch (cause) {
    const reason = reasonOf(cause).split('\n')[0];
    throw new TokenError('TOKEN_SUPPORT_MISSING', `support for PKCS#11 tokens is not installed: ${reason}`, cause);
  }
}
