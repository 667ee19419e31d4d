import { render } from 'preact';
import { LanguageContext } from './language/language.ts';
import { Seal } from './parts/icons.tsx';
import { usePreferences } from './preferences.ts';
import { PreferencePickers } from './shell.tsx';
import { VerifyPage } from './verify/verify-page.tsx';
import './style/tokens.css';
import './style/frame.css';
import './style/parts.css';
import './style/pages.css';
import './style/print.css';

/** The page that verifies from disk, without any server. */
function Offline() {
  const preferences = usePreferences();
  return (
    <LanguageContext.Provider value={preferences.language}>
      <header class="bar">
        <span class="brand">
          <Seal outcome="passed" />
          sealmeter
        </span>
        <div class="bar-end">
          <PreferencePickers {...preferences} />
        </div>
      </header>
      <main id="content">
        <VerifyPage offline />
      </main>
    </LanguageContext.Provider>
  );
}

const place = document.querySelector('#page');
if (place !== null) render(<Offline />, place);
