import { command, onlyOperand, usageError } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import type { PkiName } from '#pki/pki-directory.ts';
import { endRootOverlap, rollOverRoot, rollOverSub } from '#pki/roll-over.ts';
import { AUTHORITIES, CA_OPTIONS, caFolder, caProfiles, oneOf } from './shared-options.ts';

export const rollOver = command({
  usage: 'pki roll-over AUTHORITY',
  summary: 'Gives a sub-CA or a root a new key under its old name; the old one stays good for what it issued.',
  notes: [
    `AUTHORITY is one of: ${AUTHORITIES.join(', ')}.`,
    "After a root's roll-over its file holds both roots: hand it to everybody, then `--end-overlap` drops the old one.",
  ],
  options: { ...CA_OPTIONS, 'end-overlap': { type: 'boolean', help: 'Trust the old root no longer.' } },
  async run({ values, positionals }, terminal) {
    const text = onlyOperand(positionals, 'authority', 'sealmeter pki roll-over AUTHORITY');
    const authority = oneOf('authority', text, AUTHORITIES);
    const [pki, kind] = authority.split('-') as [PkiName, 'sub' | 'root'];
    const folder = caFolder(values);
    if (values['end-overlap'] === true) {
      if (kind === 'sub') throw usageError('a sub-CA has no overlap to end', 'name a root');
      await endRootOverlap(folder, pki);
      terminal.say(`the old ${authority} is trusted no longer\n`);
      return 0;
    }
    const rollOverKind = kind === 'sub' ? rollOverSub : rollOverRoot;
    await rollOverKind(folder, pki, caProfiles(values), systemClock.now());
    terminal.say(`${authority} has a new key\n`);
    return 0;
  },
});
