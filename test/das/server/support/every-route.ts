import type { ApiParts } from '#das/server/api-parts.ts';
import { apiRoutes } from '#das/server/app.ts';
import { DEFAULT_LIMITS } from '#das/server/limits.ts';
import type { Route } from '#das/server/route.ts';

/** All that can be asked of the API, to be looked at and not to be called. */
export const everyRoute = (): readonly Route[] =>
  apiRoutes({ metrics: () => '', limits: DEFAULT_LIMITS } as unknown as ApiParts);
