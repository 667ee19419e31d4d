import type { ApiProblem } from '#das/api-types.ts';

/** The DAS has answered that it will not, or has not answered at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly mend: string;
  /** Whether something was to be changed, rather than shown. */
  readonly isChange: boolean;

  constructor(status: number, isChange: boolean, { code, detail, title, mend }: Partial<ApiProblem>) {
    super(detail ?? title ?? `${status}`);
    this.status = status;
    this.code = code ?? 'ANSWER_UNREADABLE';
    this.mend = mend ?? '';
    this.isChange = isChange;
  }
}

let csrf = '';

/** To be told at every log-in: it goes out with whatever changes something. */
export function rememberCsrf(token: string): void {
  csrf = token;
}

export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(path, signal === undefined ? {} : { signal });
  return (await answer.json()) as T;
}

export async function readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const answer = await ask(path, signal === undefined ? {} : { signal });
  return new Uint8Array(await answer.arrayBuffer());
}

type Change = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `undefined` where the answer is empty. */
export async function change<T>(method: Change, path: string, body?: unknown): Promise<T | undefined> {
  const answer = await ask(path, {
    method,
    headers: { 'X-CSRF-Token': csrf, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as T);
}

async function ask(path: string, options: RequestInit): Promise<Response> {
  const answer = await fetch(apiPath(path), { ...options, credentials: 'same-origin' });
  if (!answer.ok) throw new ApiError(answer.status, options.method !== undefined, await problemOf(answer));
  return answer;
}

export const apiPath = (path: string): string => `api/${path}`;

async function problemOf(answer: Response): Promise<Partial<ApiProblem>> {
  try {
    return (await answer.json()) as Partial<ApiProblem>;
  } catch {
    return {};
  }
}
