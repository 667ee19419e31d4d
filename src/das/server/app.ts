import type { RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';

import { ApiError } from './api-error.ts';
import type { ApiParts } from './api-parts.ts';
import { Call } from './call.ts';
import { identify } from './identify.ts';
import { type PageFiles, showPage } from './page-files.ts';
import { type Route, unknownResource } from './route.ts';
import { alarmRoutes } from './routes/alarm-routes.ts';
import { documentRoutes } from './routes/document-routes.ts';
import { exportRoutes } from './routes/export-routes.ts';
import { meterRoutes } from './routes/meter-routes.ts';
import { metricsRoutes } from './routes/metrics-routes.ts';
import { readingRoutes } from './routes/reading-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { userRoutes } from './routes/user-routes.ts';
import { COMMON_HEADERS, STRICT_TRANSPORT } from './security-headers.ts';
import {
  checkRequest,
  demandCsrfToken,
  demandLasting,
  demandOperation,
  demandOwnOrigin,
  logAccess,
  receiveBody,
  type Step,
  setHeaders,
  toProblem,
} from './steps.ts';

export interface AppParts extends ApiParts {
  readonly page: PageFiles | undefined;
  /** The names, with their port where it is not 443, by which the DAS may be called; none for any. */
  readonly hosts: ReadonlySet<string> | undefined;
}

/** Everything that can be asked of the API, and by whom. */
export const apiRoutes = (parts: ApiParts): readonly Route[] => [
  ...sessionRoutes(parts),
  ...meterRoutes(parts),
  ...readingRoutes(parts),
  ...exportRoutes(parts),
  ...documentRoutes(parts),
  ...alarmRoutes(parts),
  ...userRoutes(parts),
  ...metricsRoutes(parts),
];

/** The service, for a server to listen with. */
export function createApp(parts: AppParts): RequestListener {
  const { page, demo, log } = parts;
  const always = [
    logAccess(log, parts.clock),
    setHeaders(demo ? COMMON_HEADERS : { ...COMMON_HEADERS, ...STRICT_TRANSPORT }),
    checkRequest(parts),
  ];
  const handler = (...steps: readonly Step[]) => pipeline([...always, ...steps], parts);
  const app = express();
  app.disable('x-powered-by').disable('etag').disable('query parser');
  for (const [path, routes] of Map.groupBy(apiRoutes(parts), ({ path }) => path)) {
    for (const route of routes) app[METHODS[route.method]](path, handler(...stepsOf(route, parts)));
    app.all(path, handler(refuseMethod(routes)));
  }
  app.use(handler(page === undefined ? refuseUnknown : showPage(page, refuseUnknown)));
  app.use(rescue(handler));
  return function serve(request, response) {
    // `checkRequest` refuses a target that is no path; but Express, which routes by the path, would never get to it.
    if (!request.url?.startsWith('/')) Object.assign(request, { originalUrl: request.url, url: '/' });
    app(request as Request, response as Response);
  };
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** What every request of a route goes through before it is handled. */
function stepsOf({ method, operation, handle }: Route, parts: AppParts): readonly Step[] {
  const changes = method !== 'GET';
  const isOpen = operation === 'anybody';
  return [
    identify(parts),
    ...(changes ? [demandOwnOrigin] : []),
    ...(isOpen ? [] : [demandOperation(operation)]),
    ...(changes && !isOpen ? [demandCsrfToken] : []),
    ...(changes ? [receiveBody(parts.limits)] : []),
    ...(changes && !isOpen ? [(call: Call) => demandLasting(parts.sessions, call)] : []),
    handle,
  ];
}

function pipeline(steps: readonly Step[], { log }: Pick<ApiParts, 'log'>): RequestHandler {
  return async function runPipeline(request, response) {
    const call = new Call(request, response);
    try {
      for (const step of steps) await step(call);
    } catch (error) {
      toProblem(log, call, error);
    }
  };
}

function refuseMethod(routes: readonly Route[]): Step {
  const methods = routes.map(({ method }) => method);
  const allow = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods].join(', ');
  return function refuseMethod({ request }) {
    throw new ApiError('METHOD_NOT_ALLOWED', `not ${request.method}`, { headers: { Allow: allow } });
  };
}

const refuseUnknown: Step = () => {
  throw unknownResource();
};

const refuseMalformed: Step = () => {
  throw new ApiError('REQUEST_MALFORMED', 'the target cannot be read');
};

/** Express itself fails at nothing but a path that is not well-formed. */
function rescue(handler: (step: Step) => RequestHandler): ErrorRequestHandler {
  const refuse = handler(refuseMalformed);
  return function rescue(_error: unknown, request, response, next) {
    return refuse(request, response, next);
  };
}
