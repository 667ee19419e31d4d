import { useCallback, useEffect } from 'preact/hooks';
import type { SessionAnswer } from '#das/api-types.ts';
import { AdministrationPage } from './administration/administration-page.tsx';
import { AlarmsPage } from './alarms/alarms-page.tsx';
import { ApiError, change, read, rememberCsrf } from './api.ts';
import { ExportPage } from './exporting/export-page.tsx';
import { LanguageContext, useTexts } from './language/language.ts';
import { MeterPage } from './meter/meter-page.tsx';
import { MetersPage } from './meters/meters-page.tsx';
import { Await } from './parts/frame.tsx';
import { useLoaded, useRoute } from './parts/hooks.ts';
import { usePreferences } from './preferences.ts';
import { ProofPage } from './proof/proof-page.tsx';
import type { Route } from './route.ts';
import { AccountPage } from './session/account-page.tsx';
import { FirstAdministratorPage } from './session/first-administrator-page.tsx';
import { LogInPage } from './session/log-in-page.tsx';
import { Shell } from './shell.tsx';
import { VerifyPage } from './verify/verify-page.tsx';

/** The whole page of the DAS. */
export function App() {
  const preferences = usePreferences();
  const route = useRoute();
  const [session, reload] = useLoaded(loadSession, []);
  const logOut = useCallback(() => void change('DELETE', 'session').then(reload), [reload]);
  useEffect(() => scrollTo(0, 0), [JSON.stringify(route)]);
  const known = session.state === 'ready' ? session.value : undefined;
  return (
    <LanguageContext.Provider value={preferences.language}>
      <Shell route={route} session={known} preferences={preferences} onLogOut={logOut}>
        {known?.demo === true && <Demonstration />}
        <Await loaded={session} retry={reload}>
          {(value) => <Page route={route} session={value} onCameIn={reload} />}
        </Await>
      </Shell>
    </LanguageContext.Provider>
  );
}

/** `undefined` for a stranger. */
async function loadSession(signal: AbortSignal): Promise<SessionAnswer | undefined> {
  try {
    const session = await read<SessionAnswer>('session', signal);
    rememberCsrf(session.csrf);
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

function Demonstration() {
  const say = useTexts();
  return <p class="demo">{say('app.demo')}</p>;
}

interface PageParts {
  readonly route: Route;
  readonly session: SessionAnswer | undefined;
  readonly onCameIn: () => void;
}

function Page({ route, session, onCameIn }: PageParts) {
  if (route.page === 'first-administrator') return <FirstAdministratorPage token={route.token} onCameIn={onCameIn} />;
  // To verify files, nobody has to be known here.
  if (route.page === 'verify') return <VerifyPage />;
  if (session === undefined) return <LogInPage onCameIn={onCameIn} />;
  switch (route.page) {
    case 'meter':
      return <MeterPage key={route.id} id={route.id} />;
    case 'proof':
      return <ProofPage key={route.document} document={route.document} claim={route.claim} />;
    case 'alarms':
      return <AlarmsPage session={session} />;
    case 'export':
      return <ExportPage meter={route.id} />;
    case 'account':
      return <AccountPage session={session} />;
    case 'administration':
      return <AdministrationPage session={session} />;
    default:
      return <MetersPage />;
  }
}
