import { command, onlyOperand, usageError } from '#cli/command.ts';
import { systemClock } from '#core/clock.ts';
import { statusOfFolder } from '#pki/pki-status.ts';

export const status = command({
  usage: 'pki status [DIR]',
  summary: 'Every certificate file below a folder and how long it lives, the one that expires first in front.',
  notes: ['DIR defaults to .sealmeter. Exit 1: at least one has expired.'],
  options: { json: { type: 'boolean', help: 'Print an array of JSON objects.' } },
  async run({ values, positionals }, terminal) {
    const folder =
      positionals.length === 0 ? '.sealmeter' : onlyOperand(positionals, 'folder', 'sealmeter pki status DIR');
    const rows = await statusOfFolder(folder, systemClock.now());
    // Silence would say that all is well.
    if (rows.length === 0)
      throw usageError(`no certificate lies below ${folder}`, 'name the folder of an installation');
    if (values.json === true) terminal.write(`${JSON.stringify(rows, null, 2)}\n`);
    else {
      for (const { daysLeft, stage, file, subject } of rows) {
        terminal.write(`${String(daysLeft).padStart(6)} d  ${stage.padEnd(14)}${file.padEnd(34)}${subject}\n`);
      }
    }
    return rows.some(({ stage }) => stage === 'expired') ? 1 : 0;
  },
});
