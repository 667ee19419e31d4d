import { HttpError } from '#http/http-error.ts';
import type { Step } from '#http/pipeline.ts';
import { type Action, actionOf, methodsOf } from '#http/resources.ts';
import { parseResource, type ResourceAddress } from '#representation/resource-uri.ts';

/** Reads what the URI names, and what is to be done with it. Whether that exists, and for whom, is not asked yet. */
export function locate(): Step {
  return function locate(exchange) {
    const { request } = exchange;
    const wanted = parseResource(request.originalUrl);
    exchange.note('wanted', wanted);
    exchange.note('action', requireAction(request.method, wanted.address.kind));
  };
}

function requireAction(method: string, kind: ResourceAddress['kind']): Action {
  const action = actionOf(method, kind);
  if (action !== undefined) return action;
  const Allow = methodsOf(kind).join(', ');
  throw new HttpError('METHOD_NOT_ALLOWED', `${method} is not for this resource, only ${Allow}`, { Allow });
}
