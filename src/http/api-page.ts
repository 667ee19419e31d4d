import { readdirSync, readFileSync } from 'node:fs';

import { type AnswerBody, answerBody } from './answer-body.ts';
import type { ApiDescription } from './page/api-description.ts';
import { apiDocument, type LinkedFile } from './page/api-document.ts';
import { PROBLEMS } from './problems.ts';

/** A file that is served as it is. */
export interface PageFile {
  readonly contentType: string;
  readonly body: AnswerBody;
}

/** The page that shows the API, and what it links to. */
export interface ApiPage {
  readonly paths: readonly string[];
  /** `undefined` for any other path. */
  get(path: string): PageFile | undefined;
}

/** Where the description lies, in a clone as in the built package. */
const FOLDER = new URL('../../openapi/', import.meta.url);

const HTML = 'text/html; charset=utf-8';
const XSD = 'application/xml';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  // @see RFC 9512: application/yaml
  yaml: 'application/yaml',
  xsd: XSD,
  xml: 'application/xml',
  json: 'application/json',
  http: 'message/http',
  pem: 'application/x-pem-file',
};

const LINKS: readonly LinkedFile[] = [
  { path: 'openapi.yaml', title: 'all of this, for programs' },
  { path: 'openapi.json', title: 'the same as JSON' },
  { path: 'cor-1.xsd', title: 'the tree' },
  { path: 'cod-1.xsd', title: 'values' },
  { path: 'signed-measurement-data-1.xsd', title: 'sealed documents' },
  { path: 'xmldsig-profile.xsd', title: 'their signature' },
];

/**
 * Only what lies in the folder now is ever served. A file is read, and the page written, when somebody first asks: few do,
 * and a meter has little memory.
 */
export function readApiPage(): ApiPage {
  const beside = readdirSync(FOLDER).filter((name) => name !== 'examples');
  const examples = readdirSync(new URL('examples/', FOLDER)).map((name) => `examples/${name}`);
  const makers = new Map<string, () => PageFile>([
    ['/', () => file(HTML, writePage())],
    ...[...beside, ...examples].map((name) => [`/${name}`, () => file(contentTypeOf(name), read(name))] as const),
  ]);
  const made = new Map<string, PageFile>();
  return {
    paths: [...makers.keys()],
    get(path) {
      const page = made.get(path) ?? makers.get(path)?.();
      if (page !== undefined) made.set(path, page);
      return page;
    },
  };
}

const writePage = (): string => apiDocument(JSON.parse(read('openapi.json')) as ApiDescription, LINKS, problems());

const problems = () =>
  Object.entries(PROBLEMS)
    .map(([code, { status, title, mend }]) => ({ code, status, title, mend }))
    .sort((a, b) => a.status - b.status);

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const file = (contentType: string, text: string): PageFile => ({ contentType, body: answerBody(text) });

function contentTypeOf(name: string): string {
  const type = CONTENT_TYPES[name.slice(name.lastIndexOf('.') + 1)];
  if (type === undefined) throw new TypeError(`nobody knows of what type ${name} is`);
  return type;
}
