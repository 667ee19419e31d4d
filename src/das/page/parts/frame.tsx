import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { ApiError } from '#das/page/api.ts';
import { useTexts } from '#das/page/language/language.ts';
import type { Loaded, Pages } from './hooks.ts';
import { problemHeading } from './problem-heading.ts';

/** A page that was only just opened leaves the focus where the browser has put it. */
let isOpening = true;

/** Each page's first line. It takes the focus, so that a screen reader begins there when the page changes. */
export function Title({ text, children }: { readonly text: string; readonly children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · sealmeter`;
    if (!isOpening) heading.current?.focus({ preventScroll: true });
    isOpening = false;
  }, [text]);
  return (
    <div class="title">
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
      {children}
    </div>
  );
}

interface CardParts {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly kind?: string;
}

/** A part of a page with its own heading. */
export function Card({ title, aside, children, kind = '' }: CardParts) {
  const id = useId();
  return (
    <section class={`card ${kind}`} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

interface AwaitParts<T> {
  readonly loaded: Loaded<T>;
  readonly retry: () => void;
  readonly children: (value: T) => ComponentChildren;
}

/** What has come, or why it has not. */
export function Await<T>({ loaded, retry, children }: AwaitParts<T>) {
  const say = useTexts();
  if (loaded.state === 'loading') return <p class="quiet">{say('app.loading')}</p>;
  if (loaded.state === 'ready') return <>{children(loaded.value)}</>;
  return (
    <Problem error={loaded.error}>
      <button type="button" onClick={retry}>
        {say('app.retry')}
      </button>
    </Problem>
  );
}

/** Below a list: the way to its next page, or what has kept that from coming. The button stays while it comes, with the focus. */
export function MorePages({ pages: { entries, state, more } }: { readonly pages: Pages<unknown> }) {
  const say = useTexts();
  if (state === 'complete') return null;
  if (typeof state === 'object') {
    return (
      <Problem error={state.error}>
        <button type="button" onClick={more}>
          {say('app.retry')}
        </button>
      </Problem>
    );
  }
  if (entries.length === 0) return <p class="quiet">{say('app.loading')}</p>;
  const isLoading = state === 'loading';
  return (
    <button type="button" aria-disabled={isLoading} onClick={isLoading ? undefined : more}>
      {say(isLoading ? 'app.loading' : 'app.more')}
    </button>
  );
}

/** What went wrong and what to do about it, in the words of the DAS. */
export function Problem({ error, children }: { readonly error: unknown; readonly children?: ComponentChildren }) {
  const say = useTexts();
  const known = error instanceof ApiError;
  return (
    <div class="callout failed" role="alert">
      <p>{say(problemHeading(error))}</p>
      {known && (
        <p lang="en">
          {error.message}
          {error.mend === '' ? '' : `: ${error.mend}`} <code>{error.code}</code>
        </p>
      )}
      {children}
    </div>
  );
}

interface FieldParts {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ComponentChildren;
}

/** A label with its control. */
export function Field({ label, hint, children }: FieldParts) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}

interface ChoiceParts<T extends string> {
  readonly legend: string;
  readonly choices: readonly T[];
  readonly chosen: T;
  readonly nameOf: (choice: T) => string;
  readonly onChoose: (choice: T) => void;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>({ legend, choices, chosen, nameOf, onChoose }: ChoiceParts<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="unseen">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === chosen} onChange={() => onChoose(choice)} />
          <span>{nameOf(choice)}</span>
        </label>
      ))}
    </fieldset>
  );
}
