import { ApiError } from './api-error.ts';

/** What people take first where twelve characters are asked for, with digits and marks behind it. */
const FAVOURITES =
  /^(?:(?:pass(?:word|wort|w0rd)|qwert[yz](?:uiop)?|asdfghjkl|admin(?:istrator)?|welcome|willkommen|changeme|letmein|iloveyou|geheim|sealmeter|meter|das)[\W\d_]*)+$/i;

/** Of fewer different characters it is a pattern. */
const FEWEST_CHARACTERS = 6;

const [ZERO, NINE] = [0x30, 0x39];

/** Shorter names are parts of words. */
const SHORTEST_NAME = 4;

/**
 * Refuses what is among the first guesses: strangers may make many, from many addresses, without keeping its owner out.
 * @throws ApiError `PASSWORD_WEAK`
 * @see NIST SP 800-63B-4 § 3.1.1.2: passwords SHALL be compared with a list of those that are commonly used or expected, such
 *   as the user's name. No list is shipped; these are the rules that most of such lists follow.
 */
export function demandStrong(password: string, user: string): void {
  const plain = password.toLowerCase();
  const weakness =
    (user.length >= SHORTEST_NAME && plain.includes(user.toLowerCase()) && 'has the name of the user in it') ||
    (new Set(plain).size < FEWEST_CHARACTERS && `has fewer than ${FEWEST_CHARACTERS} different characters`) ||
    (isRow(plain) && 'is a row of letters or digits') ||
    (FAVOURITES.test(plain) && 'is a favourite of many');
  if (weakness !== false) throw new ApiError('PASSWORD_WEAK', `it ${weakness}`);
}

/** `123456789012`, `abcdefghijkl`: most characters follow from the one before. */
function isRow(text: string): boolean {
  const codes = Array.from(text, (character) => character.charCodeAt(0));
  const follows = codes.slice(1).filter((code, index) => {
    const before = codes[index] ?? code;
    return Math.abs(code - before) <= 1 || (before === NINE && code === ZERO);
  });
  return follows.length >= 0.75 * (codes.length - 1);
}
