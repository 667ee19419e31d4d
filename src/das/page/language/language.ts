import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Language, type TextKey, type TextValues, textIn } from './texts.ts';

export const LanguageContext = createContext<Language>('en');

export const useLanguage = (): Language => useContext(LanguageContext);

/** Says a text of the table in the reader's language. */
export type Say = (key: TextKey, values?: TextValues) => string;

export function useTexts(): Say {
  const language = useLanguage();
  return (key, values) => textIn(language, key, values);
}
