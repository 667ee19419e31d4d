import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { utf8 } from '#core/bytes.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import type { CertificateAnswer, CertificateCard, RegisterValue } from '#das/api-types.ts';
import { read, readBytes } from '#das/page/api.ts';
import type { Claim } from '#das/page/route.ts';
import { type KnownCertificate, pinCertificate } from '#das/pin-certificate.ts';
import { type Examination, examine } from './examine.ts';
import { type BrowserMemory, browserMemory, rememberFirst } from './remembered.ts';

/** The certificates that the DAS has pinned for a meter, each under the fingerprint that it really has. */
export async function loadCertificates(
  cards: readonly Pick<CertificateCard, 'id'>[],
  signal: AbortSignal,
): Promise<readonly KnownCertificate[]> {
  const loaded = await Promise.all(
    cards.map(async ({ id }) => {
      const { pem } = await read<CertificateAnswer>(`certificates/${encodeURIComponent(id)}`, signal);
      return pinCertificate(utf8(pem), webCrypto);
    }),
  );
  return loaded.flat();
}

export const readDocument = (id: string, signal?: AbortSignal): Promise<Uint8Array> =>
  readBytes(`documents/${id}/content`, signal);

/** A register as it is shown: what its document has to say. */
const claimOf = (meter: string, { object, attribute, value, unit, number, at }: RegisterValue): Claim => ({
  meter,
  object,
  attribute,
  value,
  unit,
  number,
  at,
});

/** What became of the last look at a meter's newest document. */
export type MeterProof =
  | { readonly state: 'checking' | 'nothing' }
  | { readonly state: 'failed'; readonly error: unknown }
  | {
      readonly state: 'examined';
      readonly examination: Examination;
      readonly document: string;
      /** How many of the shown values were compared. */
      readonly compared: number;
      readonly claim: Claim;
    };

interface Watched {
  readonly meter: string;
  readonly registers: readonly RegisterValue[];
  readonly certificates: readonly CertificateCard[];
  /** The document that the DAS calls the newest. */
  readonly newest: Newest | undefined;
}

export interface Newest {
  readonly document: string;
  readonly at: string;
  /** Of a live sample: the sequence number, which never goes back. Captures are numbered by their journal. */
  readonly number: string | undefined;
}

/** Verification takes milliseconds; to fetch the document again for every sample would be a waste. */
const PAUSE = 5_000;

/** Verifies a meter's newest document in this browser, again and again and when asked, with all values that are shown from it. */
export function useMeterProof(watched: Watched): readonly [MeterProof, () => void] {
  const [proof, setProof] = useState<MeterProof>({ state: 'checking' });
  const [round, setRound] = useState(0);
  const latest = useRef(watched);
  latest.current = watched;
  const look = useCallback(async (signal: AbortSignal) => {
    const result = await lookAt(latest.current, browserMemory(localStorage), signal);
    if (!signal.aborted) setProof(result);
  }, []);
  // The first document, and the first that is live, are looked at at once.
  const stage = watched.newest === undefined ? 'none' : watched.newest.number === undefined ? 'kept' : 'live';
  useEffect(() => {
    const aborter = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const lookAgain = async (): Promise<void> => {
      if (document.visibilityState === 'visible') await look(aborter.signal);
      if (!aborter.signal.aborted) timer = setTimeout(() => void lookAgain(), PAUSE);
    };
    void lookAgain();
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [stage, watched.meter, look, round]);
  return [proof, useCallback(() => setRound((before) => before + 1), [])];
}

async function lookAt(
  { meter, registers, certificates, newest }: Watched,
  memory: BrowserMemory,
  signal: AbortSignal,
): Promise<MeterProof> {
  if (newest === undefined) return { state: 'nothing' };
  try {
    const pinned = await loadCertificates(certificates, signal);
    const remembered = rememberFirst(
      memory,
      meter,
      certificates.map(({ id }) => id),
    );
    const bytes = await readDocument(newest.document, signal);
    const shown = registers.filter(({ document }) => document === newest.document);
    const moment: Claim = { meter, number: newest.number, at: newest.at };
    const question = {
      document: newest.document,
      claims: [moment, ...shown.map((register) => claimOf(meter, register))],
      certificates: pinned,
      remembered,
      newest: { now: Date.now(), highest: newest.number === undefined ? undefined : memory.highestOf(meter) },
    };
    const examination = await examine(bytes, question);
    const { proven, reading } = examination;
    if (proven && reading !== undefined && newest.number !== undefined) {
      memory.saw(meter, { number: newest.number, at: reading.at });
    }
    return { state: 'examined', examination, document: newest.document, compared: shown.length, claim: moment };
  } catch (error) {
    return { state: 'failed', error };
  }
}
