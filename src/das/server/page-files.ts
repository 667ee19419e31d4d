import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { reasonOf, SealmeterError } from '#core/errors.ts';
import { announceDownload } from './download.ts';
import { PAGE_POLICY } from './security-headers.ts';
import type { Step } from './steps.ts';

interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The same for browsers that take brotli, which are all of them; the file itself where that is no shorter. */
  readonly compressed: Buffer;
  readonly tag: string;
  readonly cacheControl: string;
  readonly download: string | undefined;
}

/** The built page by its paths. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
};

/** Of 0 to 11: the highest saves 8 % more, and would hold up the start for a second. */
const COMPRESSION = { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } };

/** All in one file, to be kept and opened from the disk: what it has inline would not run under our policy. */
const OFFLINE_FILE = '/verify.html';

/**
 * Reads the built page once. What is served is looked up among these and never in the file system, so that no path leads
 * out of the folder.
 * @throws SealmeterError (configuration) `PAGE_UNREADABLE`
 */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map(pathsIn(folder).map((path) => [`/${path.replaceAll(sep, '/')}`, join(folder, path)]));
  const index = files.get('/index.html');
  if (index === undefined) throw unreadable(folder, 'it has no index.html');
  files.delete('/index.html');
  return new Map([...files, ['/', index] as const].map(([path, file]) => [path, pageFile(path, file)]));
}

function pathsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length));
  } catch (error) {
    throw unreadable(folder, reasonOf(error));
  }
}

const unreadable = (folder: string, problem: string): SealmeterError =>
  new SealmeterError('configuration', 'PAGE_UNREADABLE', `the page cannot be read from ${folder}: ${problem}`, {
    mend: 'build it with `npm run build`, or leave its folder out of the configuration',
  });

function pageFile(path: string, file: string): PageFile {
  const bytes = readFileSync(file);
  const contentType = CONTENT_TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  const squeezed = brotliCompressSync(bytes, COMPRESSION);
  return {
    contentType,
    bytes,
    compressed: squeezed.length < bytes.length ? squeezed : bytes,
    tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    // The names of assets change with their content.
    cacheControl: path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    download: path === OFFLINE_FILE ? 'sealmeter-verify.html' : undefined,
  };
}

/** Answers with a file of the page, or hands on to what comes after. */
export function showPage(files: PageFiles, otherwise: Step): Step {
  return function showPage(call) {
    const { request, response } = call;
    const file = request.method === 'GET' || request.method === 'HEAD' ? files.get(request.path) : undefined;
    if (file === undefined) return otherwise(call);
    response.set({
      'Content-Type': file.contentType,
      'Content-Security-Policy': PAGE_POLICY,
      'Cache-Control': file.cacheControl,
      ETag: file.tag,
      Vary: 'Accept-Encoding',
    });
    if (file.download !== undefined) announceDownload(call, { name: file.download, contentType: file.contentType });
    sendFile(call, file);
  };
}

function sendFile({ request, response }: Parameters<Step>[0], { tag, bytes, compressed }: PageFile): void {
  if (request.headers['if-none-match'] === tag) {
    response.status(304).end();
    return;
  }
  const squeezed = compressed !== bytes && request.acceptsEncodings('br') === 'br';
  const body = squeezed ? compressed : bytes;
  if (squeezed) response.setHeader('Content-Encoding', 'br');
  response.setHeader('Content-Length', body.length).end(body);
}
