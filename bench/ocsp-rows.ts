import { join } from 'node:path';
import { startRevocationServer } from '#cli/revocation-server.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { Minutes } from '#core/time.ts';
import { readCertificates } from '#pki/certificate.ts';
import { type CertificatePath, validateChain } from '#pki/chain.ts';
import { FolderResponder } from '#pki/folder-responder.ts';
import { OCSP_LIMITS, ocspClient } from '#pki/ocsp-client.ts';
import { crlFolder } from '#pki/pki-directory.ts';
import { builtInProfiles } from '#pki/profiles.ts';
import { checkPathRevocation } from '#pki/revocation.ts';
import { CHECKER_DEFAULTS, RevocationChecker } from '#pki/revocation-checker.ts';
import { DEFAULT_FRESHNESS } from '#pki/revocation-statement.ts';
import { median, type Row } from './compare.ts';
import type { Site } from './site.ts';

/** What it costs to check a peer's whole chain (leaf and sub-CA), by the checker that both sides use. */
export async function ocspRows(site: Site, checks: number): Promise<readonly Row[]> {
  const folder = join(site.folder, 'pki');
  const clock = systemClock;
  const answering = new FolderResponder({ folder, profiles: builtInProfiles(), validity: Minutes(15), clock });
  await using responder = await startRevocationServer({
    answer: (request) => answering.answer(request),
    crls: crlFolder(folder),
    listen: { host: '127.0.0.1', port: 0 },
    log: silentLog,
  });
  const client = ocspClient({
    fetch,
    clock,
    limits: OCSP_LIMITS,
    freshness: DEFAULT_FRESHNESS,
    certificateIdHash: 'sha-256',
    responderUrl: `${responder.url}/ocsp`,
  });
  const checkerOf = () => new RevocationChecker({ ...CHECKER_DEFAULTS, source: client, clock, log: silentLog });
  return [
    await row("the server's check of its client", pathOf(site, 'das', 'tls-client'), checkerOf, checks),
    await row("the client's check of its server", pathOf(site, 'meter', 'tls-server'), checkerOf, checks),
  ];
}

function pathOf(site: Site, holder: 'das' | 'meter', purpose: 'tls-client' | 'tls-server'): CertificatePath {
  const [leaf, ...intermediates] = readCertificates(Buffer.from(site.read(`${holder}/tls.pem`)));
  const anchors = readCertificates(Buffer.from(site.read('pki/tls-root.pem')));
  const verdict = validateChain({ leaf, intermediates, anchors, at: systemClock.now(), purpose });
  if (!verdict.valid) throw new Error(`the bench's PKI is wrong: ${verdict.problems[0].message}`);
  return verdict.path;
}

async function row(
  name: string,
  path: CertificatePath,
  checkerOf: () => RevocationChecker,
  checks: number,
): Promise<Row> {
  const cold: number[] = [];
  const cached: number[] = [];
  for (let count = 0; count <= checks; count++) {
    const checker = checkerOf();
    const first = await timed(path, checker);
    const second = await timed(path, checker);
    if (count > 0) {
      cold.push(first);
      cached.push(second);
    }
  }
  return {
    name: `OCSP, ${name}: cached, floor: cold`,
    ours: median(cached),
    floor: median(cold),
    unit: 'ms',
    ratio: median(cached) / median(cold),
    reach: undefined,
  };
}

async function timed(path: CertificatePath, checker: RevocationChecker): Promise<number> {
  const start = performance.now();
  const { passes } = await checkPathRevocation(path, checker);
  if (!passes) throw new Error('the bench asks about good certificates');
  return performance.now() - start;
}
