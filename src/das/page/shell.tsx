import type { ComponentChildren } from 'preact';
import type { SessionAnswer } from '#das/api-types.ts';
import { useTexts } from './language/language.ts';
import { LANGUAGES, type Language } from './language/texts.ts';
import { Seal } from './parts/icons.tsx';
import type { Route } from './route.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

export interface Preferences {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}

const LINKS = [
  { page: 'meters', href: '#/' },
  { page: 'alarms', href: '#/alarms' },
  { page: 'verify', href: '#/verify' },
  { page: 'export', href: '#/export' },
  { page: 'administration', href: '#/administration' },
] as const;

/** Pages that stand below one of the links. */
const BELOW: Readonly<Partial<Record<Route['page'], string>>> = { meter: 'meters', proof: 'meters' };

interface ShellParts {
  readonly route: Route;
  readonly session: SessionAnswer | undefined;
  readonly preferences: Preferences;
  readonly onLogOut: () => void;
  readonly children: ComponentChildren;
}

/** What stands around every page. */
export function Shell({ route, session, preferences, onLogOut, children }: ShellParts) {
  const say = useTexts();
  const here = BELOW[route.page] ?? route.page;
  const links = LINKS.filter(({ page }) => page !== 'administration' || session?.role === 'administrator');
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>
        {say('app.skip')}
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          <Seal outcome="passed" />
          sealmeter
        </a>
        {session !== undefined && (
          <nav aria-label={say('app.navigation')}>
            {links.map(({ page, href }) => (
              <a key={page} href={href} aria-current={page === here ? 'page' : undefined}>
                {say(`nav.${page}`)}
              </a>
            ))}
          </nav>
        )}
        <div class="bar-end">
          <PreferencePickers {...preferences} />
          {session !== undefined && <User session={session} onLogOut={onLogOut} />}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The address behind `#` belongs to the pages, so the link only moves the focus. */
function skipToContent(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

export function PreferencePickers({ language, setLanguage, theme, setTheme }: Preferences) {
  const say = useTexts();
  return (
    <>
      <select
        aria-label={say('app.language')}
        value={language}
        onChange={({ currentTarget }) => setLanguage(currentTarget.value as Language)}
      >
        {LANGUAGES.map((choice) => (
          <option key={choice} value={choice}>
            {choice.toUpperCase()}
          </option>
        ))}
      </select>
      <select
        aria-label={say('app.theme')}
        value={theme}
        onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}
      >
        {THEMES.map((choice) => (
          <option key={choice} value={choice}>
            {say(`app.theme.${choice}`)}
          </option>
        ))}
      </select>
    </>
  );
}

function User({ session, onLogOut }: { readonly session: SessionAnswer; readonly onLogOut: () => void }) {
  const say = useTexts();
  const words = say('app.user', { user: session.user, role: say(`role.${session.role}`) });
  return (
    <span class="user">
      {session.by === 'password' ? <a href="#/account">{words}</a> : <span>{words}</span>}
      {session.by === 'password' && (
        <button type="button" class="plain" onClick={onLogOut}>
          {say('app.logOut')}
        </button>
      )}
    </span>
  );
}
