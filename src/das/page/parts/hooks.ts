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
