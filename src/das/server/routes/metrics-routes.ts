import type { ApiParts } from '#das/server/api-parts.ts';
import type { Route } from '#das/server/route.ts';

/** What Prometheus reads. It comes in by a client certificate, as a viewer of all meters. */
export function metricsRoutes({ metrics }: ApiParts): readonly Route[] {
  if (metrics === undefined) return [];
  return [
    {
      method: 'GET',
      path: '/metrics',
      operation: 'read-metrics',
      async handle({ response }) {
        const text = await metrics();
        // @see Prometheus text-based exposition format, version 0.0.4
        response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').end(text);
      },
    },
  ];
}
