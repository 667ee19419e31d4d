/** What a person looks at. It stands behind the `#` of the address, which the browser tells to no server. */
export type Route =
  | { readonly page: 'meters' | 'alarms' | 'verify' | 'administration' | 'account' }
  | { readonly page: 'meter'; readonly id: string }
  | { readonly page: 'export'; readonly id: string | undefined }
  | { readonly page: 'proof'; readonly document: string; readonly claim: Claim }
  | { readonly page: 'first-administrator'; readonly token: string };

/** What was shown where a person clicked: the document has to say the same. */
export interface Claim {
  readonly meter?: string | undefined;
  readonly object?: string | undefined;
  readonly attribute?: number | undefined;
  readonly value?: string | undefined;
  readonly unit?: string | undefined;
  readonly number?: string | undefined;
  readonly at?: string | undefined;
}

const SIMPLE = ['alarms', 'verify', 'administration', 'account'] as const;

const CLAIMED = ['meter', 'object', 'value', 'unit', 'number', 'at'] as const;

/** Reads `#/meters/…`; whatever is unknown leads to the list of meters. */
export function readRoute(hash: string): Route {
  const [, token] = /^#first-administrator=(.+)$/.exec(hash) ?? [];
  if (token !== undefined) return { page: 'first-administrator', token };
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [page, id = ''] = path.split('/').map(readPart);
  if (page === 'meters' && isName(id)) return { page: 'meter', id };
  if (page === 'export') return { page: 'export', id: isName(id) ? id : undefined };
  if (page === 'documents' && isDocument(id))
    return { page: 'proof', document: id, claim: readClaim(new URLSearchParams(query)) };
  return { page: SIMPLE.find((name) => name === page) ?? 'meters' };
}

/** Links come from anywhere: what is not well-formed is nothing that there is. */
function readPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** What the path of a request can have in it without leading elsewhere. */
const isName = (id: string): boolean => id !== '' && !/^\.+$/.test(id);

const isDocument = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

function readClaim(query: URLSearchParams): Claim {
  const texts = CLAIMED.flatMap((name) => {
    const text = query.get(name);
    return text === null ? [] : [[name, text] as const];
  });
  const attribute = query.get('attribute');
  return { ...Object.fromEntries(texts), ...(attribute === null ? {} : { attribute: Number(attribute) }) };
}

export const toMeters = '#/';
export const toMeter = (id: string): string => `#/meters/${encodeURIComponent(id)}`;
export const toExport = (id: string): string => `#/export/${encodeURIComponent(id)}`;

/** Where the proof of what is shown is to be seen. */
export function toProof(document: string, claim: Claim): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(claim)) if (value !== undefined) query.set(name, String(value));
  return `#/documents/${document}?${query.toString()}`;
}
