/** A document that was proven here. */
export interface SeenDocument {
  readonly number: string;
  /** The time of its sample, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * What this browser keeps of the meters that it has seen: whoever changes their certificates at the DAS, or shows an old
 * document as the newest, is found out here.
 */
export interface BrowserMemory {
  /** Ids of a meter's certificates; `undefined` where the meter was never seen. */
  certificatesOf(meter: string): ReadonlySet<string> | undefined;
  /** From now on these too; what was seen before belongs to those before. */
  rely(meter: string, ids: readonly string[]): void;
  /** The proven document with the highest number. */
  highestOf(meter: string): SeenDocument | undefined;
  saw(meter: string, document: SeenDocument): void;
}

const KEY = 'sealmeter.meters';

interface Kept {
  readonly certificates: readonly string[];
  readonly highest?: SeenDocument;
}

/** Keeps it in the browser's own storage. */
export function browserMemory(storage: Pick<Storage, 'getItem' | 'setItem'>): BrowserMemory {
  const all = (): Readonly<Record<string, Kept>> => JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, Kept>;
  const keep = (meter: string, kept: Kept): void => storage.setItem(KEY, JSON.stringify({ ...all(), [meter]: kept }));
  return {
    certificatesOf(meter) {
      const kept = all()[meter];
      return kept === undefined ? undefined : new Set(kept.certificates);
    },
    rely(meter, ids) {
      const kept = all()[meter];
      keep(meter, { certificates: [...new Set([...(kept?.certificates ?? []), ...ids])] });
    },
    highestOf: (meter) => all()[meter]?.highest,
    saw(meter, document) {
      const kept = all()[meter];
      if (kept === undefined || BigInt(kept.highest?.number ?? 0) >= BigInt(document.number)) return;
      keep(meter, { ...kept, highest: document });
    },
  };
}

/** On the first visit the browser believes what the DAS has pinned; from then on it knows. */
export function rememberFirst(memory: BrowserMemory, meter: string, ids: readonly string[]): ReadonlySet<string> {
  const known = memory.certificatesOf(meter);
  if (known !== undefined) return known;
  memory.rely(meter, ids);
  return new Set(ids);
}
