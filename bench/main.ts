// npm run bench: every figure beside a floor that was measured in the same run. --smoke: a short run that only shows
// that the bench works. --only WORD: the sections whose name begins so. The figures go to bench/results/latest.json too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { CAPTURES_PER_YEAR } from './captured-year.ts';
import { catchUpFigures } from './catch-up-rows.ts';
import type { Figure, Row } from './compare.ts';
import { cryptoRows } from './crypto-rows.ts';
import { dasCollectFigures } from './das-collect-rows.ts';
import { dasStoreRows } from './das-store-rows.ts';
import { handshakeRows } from './handshake-rows.ts';
import { journalRows } from './journal-rows.ts';
import { ocspRows } from './ocsp-rows.ts';
import { pageFigures } from './page-figures.ts';
import { serviceRows } from './service-rows.ts';
import { makeSite, type Site } from './site.ts';
import { slowCardRows } from './slow-card-rows.ts';
import { table } from './table.ts';
import { tokenRows } from './token-rows.ts';

interface Section {
  readonly name: string;
  readonly run: (
    site: Site,
    smoke: boolean,
  ) => Promise<{ readonly rows: readonly Row[]; readonly figures?: readonly Figure[] }>;
}

const SECTIONS: readonly Section[] = [
  {
    name: 'crypto',
    run: async (site, smoke) => ({
      rows: await cryptoRows(site, smoke ? { rounds: 5, calls: 300 } : { rounds: 15, calls: 1_000 }),
    }),
  },
  {
    name: 'service',
    run: (site, smoke) =>
      serviceRows(
        site,
        smoke ? { rounds: 2, requests: 2_500, idleSeconds: 1 } : { rounds: 5, requests: 2_500, idleSeconds: 20 },
      ),
  },
  {
    name: 'token',
    run: async (site, smoke) => ({
      rows: await tokenRows(site, smoke ? { rounds: 2, calls: 20 } : { rounds: 9, calls: 300 }),
    }),
  },
  { name: 'slow-card', run: async (site, smoke) => ({ rows: await slowCardRows(site, smoke ? 3 : 120) }) },
  { name: 'handshake', run: async (site, smoke) => ({ rows: await handshakeRows(site, smoke ? 1 : 30) }) },
  {
    name: 'journal',
    run: (site, smoke) =>
      journalRows(
        site,
        smoke
          ? { rounds: 1, calls: 3, captures: 200, readings: 1 }
          : { rounds: 9, calls: 30, captures: CAPTURES_PER_YEAR, readings: 7 },
      ),
  },
  { name: 'page', run: async (_site, smoke) => ({ rows: [], figures: await pageFigures(smoke ? 1 : 9) }) },
  {
    name: 'das-store',
    run: (site, smoke) =>
      dasStoreRows(
        site,
        smoke
          ? { rounds: 3, documents: 2_000, captures: 400, meters: 200 }
          : { rounds: 9, documents: 5_000, captures: CAPTURES_PER_YEAR, meters: 5_000 },
      ),
  },
  {
    name: 'das-collect',
    run: async (site, smoke) => ({
      rows: [],
      figures: await dasCollectFigures(site, smoke ? { meters: 50, seconds: 3 } : { meters: 1_000, seconds: 20 }),
    }),
  },
  {
    name: 'das-catch-up',
    run: async (site, smoke) => ({
      rows: [],
      figures: await catchUpFigures(site, smoke ? { meters: 2, captures: 20 } : { meters: 20, captures: 96 }),
    }),
  },
  { name: 'ocsp', run: async (site, smoke) => ({ rows: await ocspRows(site, smoke ? 2 : 30) }) },
];

const { values } = parseArgs({ options: { smoke: { type: 'boolean' }, only: { type: 'string', multiple: true } } });
const smoke = values.smoke === true;
const chosen = SECTIONS.filter(({ name }) => values.only?.some((word) => name.startsWith(word)) ?? true);

const rows: Row[] = [];
const figures: Figure[] = [];
using site = await makeSite();
for (const { run } of chosen) {
  const measured = await run(site, smoke);
  rows.push(...measured.rows);
  figures.push(...(measured.figures ?? []));
}

process.stdout.write(table(rows, figures));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('results/latest.json', import.meta.url),
  `${JSON.stringify({ smoke, machine, rows, figures }, null, 2)}\n`,
);
