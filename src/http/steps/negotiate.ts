import type { RequestHandler } from 'express';

import { exchangeOf } from '#http/exchange.ts';
import { HttpError } from '#http/http-error.ts';
import { type MediaType, offers } from '#http/media-types.ts';

/** Chooses the media type of the answer. @see RFC 9110 § 12.5.1 */
export function negotiate(): RequestHandler {
  return function negotiate(request, response, next) {
    const exchange = exchangeOf(response);
    const offered: readonly MediaType[] = exchange.get('signature') === undefined ? offers.unsigned : offers.sealed;
    const chosen = request.accepts([...offered]);
    const mediaType = offered.find((offer) => offer === chosen);
    if (mediaType === undefined) throw new HttpError('NOT_ACCEPTABLE', `there is ${offered.join(', ')}`);
    exchange.note('mediaType', mediaType);
    next();
  };
}
