// Which Node.js runs the program. Plain JavaScript in the syntax of long ago, because the one that asks may be an old one.

/** Type stripping is stable from it, and the program is written in what it knows. */
const OLDEST = [24, 12];

export const OLDEST_NODE = OLDEST.join('.');

/** @param {string} version As in `process.versions.node`. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
