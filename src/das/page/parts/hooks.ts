import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Route, readRoute } from '#das/page/route.ts';

/** Something that comes from the DAS. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly value: T };

const LOADING = { state: 'loading' } as const;

/** Loads anew whenever an input changes, and when it is asked to. What was there stays until the new is there. */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
): readonly [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>(LOADING);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const aborter = new AbortController();
    load(aborter.signal).then(
      (value) => aborter.signal.aborted || setLoaded({ state: 'ready', value }),
      (error: unknown) => aborter.signal.aborted || setLoaded({ state: 'failed', error }),
    );
    return () => aborter.abort();
  }, [...inputs, round]);
  return [loaded, useCallback(() => setRound((before) => before + 1), [])];
}

/** A long list, of which so much is there as was asked for. */
export interface Pages<T> {
  readonly entries: readonly T[];
  readonly state: 'loading' | 'more' | 'complete' | { readonly error: unknown };
  /** Asks for the next page, or once more for the one that has not come. */
  readonly more: () => void;
}

interface PagesParts<T> {
  /** Of the page that follows an entry; of the first page for `undefined`. */
  readonly load: (before: string | undefined, signal: AbortSignal) => Promise<readonly T[]>;
  /** What a page is continued after. */
  readonly cursorOf: (entry: T) => string;
  /** A page that has fewer is the last one. */
  readonly size: number;
}

/** The pages of a list, one after the other as they are asked for. What another list is belongs into another component. */
export function usePages<T>({ load, cursorOf, size }: PagesParts<T>): Pages<T> {
  const [entries, setEntries] = useState<readonly T[]>([]);
  const [state, setState] = useState<Pages<T>['state']>('loading');
  const [round, setRound] = useState(0);
  useEffect(() => {
    const aborter = new AbortController();
    const last = entries.at(-1);
    load(last && cursorOf(last), aborter.signal).then(
      (page) => {
        if (aborter.signal.aborted) return;
        setEntries((known) => [...known, ...page]);
        setState(page.length < size ? 'complete' : 'more');
      },
      (error: unknown) => aborter.signal.aborted || setState({ error }),
    );
    return () => aborter.abort();
  }, [round]);
  const more = useCallback(() => {
    setState('loading');
    setRound((before) => before + 1);
  }, []);
  return { entries, state, more };
}

/** Calls back every so often, as long as the page is looked at. */
export function useEvery(milliseconds: number, callback: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') callback();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, callback]);
}

/** The time, moving on every so often. */
export function useNow(milliseconds: number): number {
  const [now, setNow] = useState(Date.now());
  useEvery(
    milliseconds,
    useCallback(() => setNow(Date.now()), []),
  );
  return now;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = (): void => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return readRoute(hash);
}

/** A choice of the reader's, kept in this browser. */
export function useKept<T extends string>(key: string, choices: readonly T[], first: T): [T, (choice: T) => void] {
  const [value, setValue] = useState<T>(() => choices.find((choice) => choice === localStorage.getItem(key)) ?? first);
  const keep = useCallback(
    (choice: T): void => {
      localStorage.setItem(key, choice);
      setValue(choice);
    },
    [key],
  );
  return [value, keep];
}
