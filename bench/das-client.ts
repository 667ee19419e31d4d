import { get } from 'node:https';
import { text } from 'node:stream/consumers';

/** Asks for a path below the address of a DAS. */
export type AskDas = (path: string) => Promise<string>;

/** Comes in: a DAS of a demonstration lets in whoever asks from this machine. */
export async function enterDas(das: string): Promise<AskDas> {
  const { cookies } = await ask(`${das}/api/session`);
  return async (path) => (await ask(das + path, cookies.map((one) => one.split(';')[0]).join('; '))).body;
}

/** Documents of a kind that the DAS says to have kept. */
export async function storedBy(askDas: AskDas, kind: 'live' | 'capture'): Promise<number> {
  const metrics = await askDas('/metrics');
  const line = new RegExp(`^sealmeter_das_documents_stored_total\\{kind="${kind}"\\} (\\d+)$`, 'm');
  return Number(line.exec(metrics)?.[1] ?? 0);
}

function ask(url: string, cookie = ''): Promise<{ readonly cookies: readonly string[]; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, headers: { cookie } }, (incoming) => {
      const cookies = incoming.headers['set-cookie'] ?? [];
      text(incoming).then((body) => resolve({ cookies, body }), reject);
    }).on('error', reject);
  });
}
