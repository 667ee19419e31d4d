import type { BodyFormat } from '#representation/request-body.ts';

/** The media type of the annex. @see BSI TR-03109-1 Anlage II 1.01 */
export const COSEM_XML = 'application/vnd.de-dke-k461-cosem+xml';

/** The same tree in JSON. */
export const COSEM_JSON = 'application/vnd.de-dke-k461-cosem+json';

/** A sealed document says so in a parameter, where the annex has `cms-tr03109` for a CMS container. */
const SEALED = ';encap=xmldsig';

export const SEALED_COSEM_XML = `${COSEM_XML}${SEALED}` as const;
export const SEALED_COSEM_JSON = `${COSEM_JSON}${SEALED}` as const;

/** The same bytes, for those who ask for XML or JSON without knowing more of it, such as a browser. */
const PLAIN_XML = ['application/xml', 'text/xml'] as const;
const PLAIN_JSON = 'application/json';

/** What an answer can be, the best first. */
export const offers = {
  unsigned: [COSEM_XML, ...PLAIN_XML, COSEM_JSON, PLAIN_JSON],
  sealed: [SEALED_COSEM_XML, ...PLAIN_XML, SEALED_COSEM_JSON, PLAIN_JSON],
} as const;

export type MediaType = (typeof offers)[keyof typeof offers][number];

/** How samples come that are listened to. @see WHATWG HTML, Server-sent events */
export const EVENT_STREAM = 'text/event-stream';

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ...[COSEM_XML, ...PLAIN_XML].map((type) => [type, 'xml'] as const),
  ...[COSEM_JSON, PLAIN_JSON].map((type) => [type, 'json'] as const),
]);

/** What a body may be, the best first. */
export const bodyTypes: readonly string[] = [...FORMATS.keys()];

export const isJson = (mediaType: MediaType): boolean => formatOf(mediaType) === 'json';

/**
 * Of a Content-Type as it is sent. `undefined` for what is not read here: another type, another character set than UTF-8,
 * a container such as `encap=cms-tr03109`.
 */
export function bodyFormatOf(contentType: string): BodyFormat | undefined {
  const [, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const isPlain = parameters.every((parameter) => /^charset="?utf-8"?$/.test(parameter));
  return isPlain ? formatOf(contentType) : undefined;
}

const formatOf = (mediaType: string): BodyFormat | undefined =>
  FORMATS.get((mediaType.split(';')[0] ?? '').trim().toLowerCase());
