import { HttpError } from '#http/http-error.ts';
import { EVENT_STREAM, type MediaType, offers } from '#http/media-types.ts';
import type { Step } from '#http/pipeline.ts';

/** Chooses the media type of the answer. @see RFC 9110 § 12.5.1 */
export function negotiate(): Step {
  return function negotiate(exchange) {
    const offered: readonly MediaType[] = exchange.get('signature') === undefined ? offers.unsigned : offers.sealed;
    const chosen = exchange.request.accepts([...offered]);
    const mediaType = offered.find((offer) => offer === chosen);
    if (mediaType === undefined) throw notAcceptable(offered);
    exchange.note('mediaType', mediaType);
  };
}

/** The same for what comes as events. */
export function negotiateEvents(): Step {
  return function negotiateEvents({ request }) {
    if (request.accepts([EVENT_STREAM]) === false) throw notAcceptable([EVENT_STREAM]);
  };
}

const notAcceptable = (offered: readonly string[]): HttpError =>
  new HttpError('NOT_ACCEPTABLE', `there is ${offered.join(', ')}`);
