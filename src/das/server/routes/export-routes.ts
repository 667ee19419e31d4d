import { Places } from '#core/places.ts';
import { formatInstant, Seconds } from '#core/time.ts';
import type { PinnedMeter } from '#das/das-registry.ts';
import type { DocumentKind } from '#das/reading-store.ts';
import { ApiError, retryAfter } from '#das/server/api-error.ts';
import { type ApiParts, audit } from '#das/server/api-parts.ts';
import type { Call } from '#das/server/call.ts';
import { announceDownload, sendPieces } from '#das/server/download.ts';
import { instant, oneOf, optional } from '#das/server/input.ts';
import { demandRange, readingKind } from '#das/server/inputs.ts';
import { pinnedMeterRoute } from '#das/server/pinned-meter-route.ts';
import { EXPORT_FORMATS } from '#das/server/readings-export.ts';
import type { Route } from '#das/server/route.ts';

/** Readings to take along. */
export function exportRoutes(parts: ApiParts): readonly Route[] {
  const { exports: all, exportsPerUser: ofOne } = parts.limits;
  const places = new Places({
    all,
    ofOne,
    refusal: (taken, total) =>
      new ApiError('BUSY', `${total} exports are being made, ${taken} of them for this user`, {
        headers: retryAfter(Seconds(30)),
      }),
  });
  const answer = async (call: Call, meter: PinnedMeter): Promise<void> => {
    const giveBack = places.take(call.user.name);
    await giveOut(parts, call, meter).finally(giveBack);
  };
  const path = '/api/meters/:meter/export';
  return [pinnedMeterRoute(parts, { method: 'GET', path, operation: 'export-readings', answer })];
}

async function giveOut(parts: ApiParts, call: Call, meter: PinnedMeter): Promise<void> {
  const { store, ocmf } = parts;
  const query = call.query({
    format: oneOf('csv', 'xlsx', 'package', 'ocmf'),
    from: instant,
    to: instant,
    locale: optional(oneOf('en', 'de')),
    kind: optional(readingKind),
  });
  const { format, from, to, locale = 'en', kind = await usualKind(parts, meter) } = query;
  const range = demandRange({ from, to });
  const { contentType, ending, write } = EXPORT_FORMATS[format];
  const pieces = write({ store, meter, kind, range, locale, ocmf });
  const days = [from, to].map((at) => formatInstant(at).slice(0, 10)).join('-');
  const download = { name: `${meter.id}-${kind}-${days}.${ending}`, contentType };
  if (call.request.method === 'HEAD') {
    announceDownload(call, download);
    call.response.end();
    return;
  }
  await audit(parts, call, { action: 'readings.exported', subject: meter.id, detail: download.name });
  await sendPieces(call, download, pieces);
}

/** Captures are what a meter keeps itself; one that has none is exported as it was read. */
const usualKind = async ({ store }: ApiParts, { id }: PinnedMeter): Promise<DocumentKind> =>
  (await store.latest(id, 'capture')) === undefined ? 'live' : 'capture';
