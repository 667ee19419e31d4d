import type { RequestListener } from 'node:http';
import express, { type Request, type Response } from 'express';

import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { Limits } from './limits.ts';
import type { PeerOf } from './peer.ts';
import { pipeline, type Step } from './pipeline.ts';
import type { SealedDocuments } from './sealed-documents.ts';
import { authorise } from './steps/authorise.ts';
import { checkRequest } from './steps/check-request.ts';
import { checkRevocation } from './steps/check-revocation.ts';
import { identify } from './steps/identify.ts';
import { limitRate } from './steps/limit-rate.ts';
import { locate } from './steps/locate.ts';
import { logAccess } from './steps/log-access.ts';
import { negotiate } from './steps/negotiate.ts';
import { read } from './steps/read.ts';
import { represent } from './steps/represent.ts';
import { respond } from './steps/respond.ts';
import { seal } from './steps/seal.ts';
import { toProblem } from './steps/to-problem.ts';
import { type SignaturePolicy, verifySignature } from './steps/verify-signature.ts';

export interface AppParts {
  readonly devices: LogicalDevices;
  readonly clients: ClientDirectory;
  /** `tlsPeerOf` behind the door; a test says who it is. */
  readonly peerOf: PeerOf;
  /** Whom to ask whether clients' certificates are revoked; nobody at a site whose CA does not tell. */
  readonly revocation?: RevocationChecker | undefined;
  readonly signatures: SignaturePolicy;
  readonly sealed: SealedDocuments;
  /** The names, with their port where it is not 443, under which the meter may be called; none for any. */
  readonly hosts?: ReadonlySet<string> | undefined;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

/** The service, for a server to listen with. */
export function createApp(parts: AppParts): RequestListener {
  const { devices, clients, peerOf, revocation, signatures, sealed, hosts, limits, clock, log } = parts;
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser');
  const steps: readonly Step[] = [
    logAccess(log, clock),
    checkRequest({ limits, hosts }),
    identify(clients, peerOf, clock),
    ...(revocation === undefined ? [] : [checkRevocation(revocation)]),
    limitRate(limits, clock),
    locate(),
    verifySignature(clients, signatures),
    authorise(devices),
    negotiate(),
    read(devices),
    represent(),
    seal(sealed),
    respond(),
  ];
  app.use(pipeline(steps, toProblem(log)));
  return function serve(request, response) {
    // `checkRequest` refuses a target that is no path; but Express, which routes by the path, would never get to it.
    if (!request.url?.startsWith('/')) Object.assign(request, { originalUrl: request.url, url: '/' });
    app(request as Request, response as Response);
  };
}
