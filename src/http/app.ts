import type { RequestListener } from 'node:http';
import express, { type Request, type Response } from 'express';

import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { EventSink } from '#cosem/events.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { ObjectAccess } from '#cosem/object-access.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import type { Containers } from '#representation/containers.ts';
import type { ApiPage } from './api-page.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { Limits } from './limits.ts';
import type { LiveSamples } from './live-samples.ts';
import type { PeerOf } from './peer.ts';
import { branch, pipeline, type Step, sequence } from './pipeline.ts';
import type { Action } from './resources.ts';
import type { SealedDocuments } from './sealed-documents.ts';
import { authorise } from './steps/authorise.ts';
import { checkPreconditions } from './steps/check-preconditions.ts';
import { checkRequest } from './steps/check-request.ts';
import { checkRevocation } from './steps/check-revocation.ts';
import { discardContainer } from './steps/discard-container.ts';
import { identify } from './steps/identify.ts';
import { keepContainer } from './steps/keep-container.ts';
import { limitRate } from './steps/limit-rate.ts';
import { listen } from './steps/listen.ts';
import { locate } from './steps/locate.ts';
import { logAccess } from './steps/log-access.ts';
import { negotiate, negotiateEvents } from './steps/negotiate.ts';
import { read } from './steps/read.ts';
import { receiveBody } from './steps/receive-body.ts';
import { report } from './steps/report.ts';
import { represent } from './steps/represent.ts';
import { respond } from './steps/respond.ts';
import { runMethod } from './steps/run-method.ts';
import { seal } from './steps/seal.ts';
import { showPage } from './steps/show-page.ts';
import { tellReading } from './steps/tell-reading.ts';
import { toProblem } from './steps/to-problem.ts';
import { type SignaturePolicy, verifySignature } from './steps/verify-signature.ts';
import { writeAttribute } from './steps/write-attribute.ts';
import { type ViewOf, viewsOf } from './view.ts';
import type { Witness } from './witness.ts';

export interface AppParts {
  readonly devices: LogicalDevices;
  readonly clients: ClientDirectory;
  /** `tlsPeerOf` behind the door; a test says who it is. */
  readonly peerOf: PeerOf;
  /** Whom to ask whether clients' certificates are revoked; nobody at a site whose CA does not tell. */
  readonly revocation?: RevocationChecker | undefined;
  readonly signatures: SignaturePolicy;
  readonly sealed: SealedDocuments;
  /** What takes what clients change; absent where they can only read. */
  readonly changes?: ChangeParts | undefined;
  /** Samples as they come; absent where nobody tells of them. */
  readonly live?: LiveSamples | undefined;
  /** Who keeps books of reads and refusals; absent where nobody does. */
  readonly witness?: Witness | undefined;
  /** What shows the API to people; absent where nothing does. */
  readonly page?: ApiPage | undefined;
  /** The names, with their port where it is not 443, under which the meter may be called; none for any. */
  readonly hosts?: ReadonlySet<string> | undefined;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ChangeParts {
  /** Where each change is recorded before it takes effect. */
  readonly events: EventSink;
  readonly containers: Containers;
}

/** The service, for a server to listen with. */
export function createApp(parts: AppParts): RequestListener {
  const { devices, clients, peerOf, revocation, signatures, changes, page, hosts, limits, clock, log, witness } = parts;
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser');
  const tree = sequence([
    locate(),
    receiveBody(limits),
    verifySignature(clients, signatures),
    authorise({ devices, takesChanges: changes !== undefined }),
    branch((exchange) => exchange.get('action'), waysOf(parts)),
  ]);
  const steps: readonly Step[] = [
    logAccess(log, clock),
    checkRequest({ limits, hosts }),
    identify(clients, peerOf, clock),
    ...(revocation === undefined ? [] : [checkRevocation(revocation)]),
    limitRate(limits, clock),
    page === undefined ? tree : showPage(page, tree),
  ];
  app.use(pipeline(steps, toProblem(log, witness)));
  return function serve(request, response) {
    // `checkRequest` refuses a target that is no path; but Express, which routes by the path, would never get to it.
    if (!request.url?.startsWith('/')) Object.assign(request, { originalUrl: request.url, url: '/' });
    app(request as Request, response as Response);
  };
}

/** How each thing that can be done with a resource goes on. */
function waysOf(parts: AppParts): Readonly<Partial<Record<Action, Step>>> {
  const { devices, sealed, changes, witness } = parts;
  const viewOf = viewsOf(devices, changes?.containers);
  const told: readonly Step[] = witness === undefined ? [] : [tellReading(witness, devices)];
  return {
    read: sequence([negotiate(), read(viewOf), ...told, represent(), seal(sealed), respond()]),
    listen: sequence([negotiateEvents(), ...told, listen(parts)]),
    // Where nothing takes changes, `authorise` lets nobody come this far with one.
    ...(changes && changingWays(parts, changes, viewOf)),
  };
}

type ChangingAction = Exclude<Action, 'read' | 'listen'>;

function changingWays(
  { devices, sealed, clock }: AppParts,
  { events, containers }: ChangeParts,
  viewOf: ViewOf,
): Readonly<Record<ChangingAction, Step>> {
  const access = new ObjectAccess({ devices, events, clock });
  const changes = { containers, devices, events, clock };
  const unchanged = checkPreconditions(viewOf);
  return {
    write: sequence([unchanged, writeAttribute(access)]),
    run: sequence([negotiate(), runMethod(access, viewOf), represent(), seal(sealed), report()]),
    keep: sequence([unchanged, keepContainer(changes, viewOf)]),
    discard: sequence([unchanged, discardContainer(changes)]),
  };
}
