import { HttpError } from '#http/http-error.ts';
import type { Step } from '#http/pipeline.ts';
import { RESOURCES } from '#http/resources.ts';
import { parseResource, type ResourceAddress } from '#representation/resource-uri.ts';

/** Reads what the URI names. Whether that exists, and for whom, is not asked yet. */
export function locate(): Step {
  return function locate(exchange) {
    const { request } = exchange;
    const wanted = parseResource(request.originalUrl);
    requireMethod(request.method, wanted.address.kind);
    exchange.note('wanted', wanted);
  };
}

function requireMethod(method: string, kind: ResourceAddress['kind']): void {
  const allowed: readonly string[] = RESOURCES[kind].methods;
  if (allowed.includes(method)) return;
  const Allow = allowed.join(', ');
  throw new HttpError('METHOD_NOT_ALLOWED', `${method} is not for this resource, only ${Allow}`, { Allow });
}
