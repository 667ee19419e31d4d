import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Duration, Instant } from '#core/time.ts';
import { openAuthority } from './authority-files.ts';
import { type AuthorityName, crlFileName, crlFolder, listAuthorities } from './pki-directory.ts';

/**
 * Makes a new CRL of every authority of a PKI folder, current and retired, and puts it where the distribution points
 * in their certificates mean. The files are DER, as a distribution point has to serve them. Returns their paths.
 * @see RFC 5280 § 4.2.1.13
 */
export async function publishCrls(folder: string, now: Instant, validity: Duration): Promise<readonly string[]> {
  const names = await listAuthorities(folder);
  await mkdir(crlFolder(folder), { recursive: true });
  const paths: string[] = [];
  for (const name of names) paths.push(await publishCrl(folder, name, now, validity));
  return paths;
}

async function publishCrl(folder: string, name: AuthorityName, now: Instant, validity: Duration): Promise<string> {
  const authority = await openAuthority(folder, name);
  const path = join(crlFolder(folder), crlFileName(name, authority.certificate));
  await writeFile(`${path}.new`, await authority.makeCrl(now, validity));
  await rename(`${path}.new`, path);
  return path;
}
