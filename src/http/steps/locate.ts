import type { RequestHandler } from 'express';

import { exchangeOf } from '#http/exchange.ts';
import { HttpError } from '#http/http-error.ts';
import { RESOURCES } from '#http/resources.ts';
import { parseResource, type ResourceAddress } from '#representation/resource-uri.ts';

/** Reads what the URI names. Whether that exists, and for whom, is not asked yet. */
export function locate(): RequestHandler {
  return function locate(request, response, next) {
    const wanted = parseResource(request.originalUrl);
    requireMethod(request.method, wanted.address.kind);
    exchangeOf(response).note('wanted', wanted);
    next();
  };
}

function requireMethod(method: string, kind: ResourceAddress['kind']): void {
  const allowed: readonly string[] = RESOURCES[kind].methods;
  if (allowed.includes(method)) return;
  const Allow = allowed.join(', ');
  throw new HttpError('METHOD_NOT_ALLOWED', `${method} is not for this resource, only ${Allow}`, { Allow });
}
