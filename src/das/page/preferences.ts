import { useEffect } from 'preact/hooks';
import { LANGUAGES, type Language } from './language/texts.ts';
import { useKept } from './parts/hooks.ts';
import { type Preferences, THEMES } from './shell.tsx';

/** Language and appearance: the reader's own choice, else what the browser asks for. */
export function usePreferences(): Preferences {
  const [language, setLanguage] = useKept<Language>('sealmeter.language', LANGUAGES, languageOfBrowser());
  const [theme, setTheme] = useKept('sealmeter.theme', THEMES, 'auto');
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return { language, setLanguage, theme, setTheme };
}

const languageOfBrowser = (): Language => (navigator.language.startsWith('de') ? 'de' : 'en');
