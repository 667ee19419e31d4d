import { HttpError } from '#http/http-error.ts';
import { type MediaType, offers } from '#http/media-types.ts';
import type { Step } from '#http/pipeline.ts';

/** Chooses the media type of the answer. @see RFC 9110 § 12.5.1 */
export function negotiate(): Step {
  return function negotiate(exchange) {
    const offered: readonly MediaType[] = exchange.get('signature') === undefined ? offers.unsigned : offers.sealed;
    const chosen = exchange.request.accepts([...offered]);
    const mediaType = offered.find((offer) => offer === chosen);
    if (mediaType === undefined) throw new HttpError('NOT_ACCEPTABLE', `there is ${offered.join(', ')}`);
    exchange.note('mediaType', mediaType);
  };
}
