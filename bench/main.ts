// npm run bench: every figure beside a floor that was measured in the same run. --smoke: a short run that only shows
// that the bench works. The figures go to bench/results/latest.json too.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Figure, Row } from './compare.ts';
import { cryptoRows } from './crypto-rows.ts';
import { serviceRows } from './service-rows.ts';
import { makeSite } from './site.ts';
import { table } from './table.ts';

const smoke = process.argv.includes('--smoke');
const effort = smoke ? { rounds: 2, calls: 50 } : { rounds: 15, calls: 1_000 };
const serviceEffort = smoke
  ? { rounds: 1, requests: 200, idleSeconds: 1 }
  : { rounds: 7, requests: 3_000, idleSeconds: 20 };

using site = await makeSite();
const service = await serviceRows(site, serviceEffort);
const rows: readonly Row[] = [...(await cryptoRows(site, effort)), ...service.rows];
const figures: readonly Figure[] = service.figures;

process.stdout.write(table(rows, figures));
const machine = { node: process.version, cpu: cpus()[0]?.model ?? '', cores: cpus().length };
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('results/latest.json', import.meta.url),
  `${JSON.stringify({ smoke, machine, rows, figures }, null, 2)}\n`,
);
