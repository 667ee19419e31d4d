import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { Minutes } from '#core/time.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import { FolderResponder } from '#pki/folder-responder.ts';
import { crlFolder, readSettings } from '#pki/pki-directory.ts';
import { builtInProfiles } from '#pki/profiles.ts';
import { jsonLog } from './log.ts';
import { type RevocationServer, startRevocationServer } from './revocation-server.ts';

/**
 * Starts the responder of a development PKI where its certificates say that it is; for a PKI that is not there yet, where
 * they are going to say so. Where somebody else has that port it takes another, which the configuration then names.
 * @param folder of the PKI
 */
export async function startDemoResponder(folder: string): Promise<RevocationServer> {
  const { ocspUrl } = existsSync(join(folder, 'settings.json'))
    ? await readSettings(folder)
    : DEVELOPMENT_DEFAULTS.settings;
  const { hostname: host, port } = new URL(ocspUrl);
  try {
    return await startAt(folder, host, Number(port));
  } catch (error) {
    if (error instanceof SealmeterError && error.code === 'PORT_TAKEN') return await startAt(folder, host, 0);
    throw error;
  }
}

function startAt(folder: string, host: string, port: number): Promise<RevocationServer> {
  const profiles = builtInProfiles();
  const responder = new FolderResponder({ folder, profiles, validity: Minutes(15), clock: systemClock });
  return startRevocationServer({
    answer: (request) => responder.answer(request),
    crls: crlFolder(folder),
    listen: { host, port },
    log: jsonLog('warn'),
  });
}
