import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { utf8 } from '#core/bytes.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import type { CertificateAnswer, CertificateCard, RegisterValue } from '#das/api-types.ts';
import { read, readBytes } from '#das/page/api.ts';
import type { Claim } from '#das/page/route.ts';
import { type KnownCertificate, pinCertificate } from '#das/pin-certificate.ts';
import { type Examination, examine } from './examine.ts';
import { type BrowserMemory, browserMemory, rememberFirst } from './remembered.ts';

/** What came under the fingerprint that it really has; it cannot become another. */
const loaded = new Map<string, readonly KnownCertificate[]>();

/** The certificates that the DAS has pinned for a meter, each under the fingerprint that it really has. */
export async function loadCertificates(
  cards: readonly Pick<CertificateCard, 'id'>[],
  signal: AbortSignal,
): Promise<readonly KnownCertificate[]> {
  return (await Promise.all(cards.map(({ id }) => loadCertificate(id, signal)))).flat();
}

async function loadCertificate(id: string, signal: AbortSignal): Promise<readonly KnownCertificate[]> {
  const known = loaded.get(id);
  if (known !== undefined) return known;
  const { pem } = await read<CertificateAnswer>(`certificates/${encodeURIComponent(id)}`, signal);
  const pinned = await pinCertificate(utf8(pem), webCrypto);
  if (pinned.some((certificate) => certificate.id === id)) loaded.set(id, pinned);
  return pinned;
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
      /** How many of the shown values were compared … */
      readonly compared: number;
      /** … and how many come from other documents. */
      readonly others: number;
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

/** How long it may be until a document is looked at once more: it grows old, and what is shown of it may change. */
const PAUSE = 5_000;

/**
 * Verifies in this browser each document that values are shown from as the newest, as soon as it is shown, with all of those
 * values; and once more every so often, and when asked.
 */
export function useMeterProof(watched: Watched): readonly [MeterProof, () => void] {
  const [proof, setProof] = useState<MeterProof>({ state: 'checking' });
  const [round, setRound] = useState(0);
  const latest = useRef(watched);
  latest.current = watched;
  const look = useCallback(async (signal: AbortSignal) => {
    const result = await lookAt(latest.current, browserMemory(localStorage), signal);
    if (!signal.aborted) setProof(result);
  }, []);
  const wake = useRef(() => {});
  const newest = keyOf(watched);
  useEffect(() => wake.current(), [newest]);
  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    const lookOn = async (): Promise<void> => {
      while (!signal.aborted) {
        const looked = keyOf(latest.current);
        if (document.visibilityState === 'visible') await look(signal);
        if (!signal.aborted && looked === keyOf(latest.current)) await pause(wake);
      }
    };
    void lookOn();
    return () => {
      aborter.abort();
      wake.current();
    };
  }, [watched.meter, look, round]);
  return [proof, useCallback(() => setRound((before) => before + 1), [])];
}

/** What is looked at anew: another document, or the same as a live one. */
const keyOf = ({ newest }: Watched): string => `${newest?.document} ${newest?.number}`;

/** Until it is time, or until it is woken. */
function pause(wake: { current: () => void }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, PAUSE);
  wake.current = () => {
    clearTimeout(timer);
    resolve();
  };
  return promise;
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
    const [compared, others] = [shown.length, registers.length - shown.length];
    return { state: 'examined', examination, document: newest.document, compared, others, claim: moment };
  } catch (error) {
    return { state: 'failed', error };
  }
}
