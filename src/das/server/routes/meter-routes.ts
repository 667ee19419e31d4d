import { utf8 } from '#core/bytes.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { Seconds, toSeconds } from '#core/time.ts';
import type { MeterAnswer, MeterProbe, MetersAnswer, RegisterValue } from '#das/api-types.ts';
import type { ProbedSite } from '#das/collection.ts';
import { CONFIGURED_BY, type PinnedMeter, type PinnedSignature } from '#das/das-registry.ts';
import type { StoredReading } from '#das/reading-store.ts';
import { ApiError } from '#das/server/api-error.ts';
import { type ApiParts, audit, changeInTurn } from '#das/server/api-parts.ts';
import { type Call, sendJson, sendLongJson, sendNothing } from '#das/server/call.ts';
import { cardOf, certificateOf } from '#das/server/certificate-cards.ts';
import { invalid } from '#das/server/input.ts';
import * as inputs from '#das/server/inputs.ts';
import { summarise } from '#das/server/meter-summaries.ts';
import { pinnedMeterRoute } from '#das/server/pinned-meter-route.ts';
import { registersOf } from '#das/server/registers.ts';
import { sees } from '#das/server/rights.ts';
import { type Route, unknownResource } from '#das/server/route.ts';
import { readCertificates } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';

/** The meters themselves: which there are, and how they fare. */
export function meterRoutes(parts: ApiParts): readonly Route[] {
  return [
    { method: 'GET', path: '/api/meters', operation: 'see-meters', handle: (call) => listMeters(parts, call) },
    { method: 'POST', path: '/api/meters', operation: 'add-meters', handle: (call) => addMeter(parts, call) },
    { method: 'POST', path: '/api/meters/probe', operation: 'add-meters', handle: (call) => probe(parts, call) },
    pinnedMeterRoute(parts, {
      method: 'GET',
      path: '/api/meters/:meter',
      operation: 'see-meters',
      answer: (call, meter) => showMeter(parts, call, meter),
    }),
    pinnedMeterRoute(parts, {
      method: 'PATCH',
      path: '/api/meters/:meter',
      operation: 'change-meters',
      answer: (call, meter) => changeMeter(parts, call, meter),
    }),
    pinnedMeterRoute(parts, {
      method: 'DELETE',
      path: '/api/meters/:meter',
      operation: 'change-meters',
      answer: (call, meter) => removeMeter(parts, call, meter),
    }),
  ];
}

async function listMeters(parts: ApiParts, call: Call): Promise<void> {
  const seen = (await parts.store.meters()).filter(({ id }) => sees(call.user, id));
  await sendLongJson(call, { meters: await summarise(parts, seen) } satisfies MetersAnswer);
}

async function showMeter(parts: ApiParts, call: Call, meter: PinnedMeter): Promise<void> {
  const { store } = parts;
  const [summary] = await summarise(parts, [meter]);
  if (summary === undefined) throw new TypeError('one meter has one summary');
  const latest = (await store.latest(meter.id, 'live')) ?? (await store.latest(meter.id, 'capture'));
  const certificates = meter.signatures.map((pinned) => cardOf(certificateOf(pinned)));
  const answer: MeterAnswer = { ...summary, registers: latest === undefined ? [] : registersIn(latest), certificates };
  await sendLongJson(call, answer);
}

const registersIn = (reading: StoredReading): readonly RegisterValue[] =>
  registersOf({ ...reading, document: reading.id });

async function probe(parts: ApiParts, call: Call): Promise<void> {
  const { url } = inputs.probeRequest(call.body, 'body');
  await audit(parts, call, { action: 'meter.probed', subject: url.origin });
  const { tls, devices } = await probeSite(parts, url);
  const meters = devices.map(({ id, keyName }) => ({ id, certificate: keyName }));
  sendJson(call, { url: url.origin, tls, meters } satisfies MeterProbe);
}

/** Who is at an address may answer for ever, a byte at a time. */
const PROBE_PATIENCE = Seconds(30);

/** What goes wrong on the way to a meter is told: whoever adds one has to mend it. */
async function probeSite({ collection, clock }: ApiParts, url: URL): Promise<ProbedSite> {
  const late = new AbortController();
  const cancel = clock.after(PROBE_PATIENCE, () => late.abort(tooSlow(url)));
  try {
    return await collection.probe(url, late.signal);
  } catch (error) {
    if (!(error instanceof SealmeterError) || (error.fault !== 'peer' && error.fault !== 'evidence')) throw error;
    const mend = error.mend === undefined ? {} : { mend: error.mend };
    throw new ApiError('METER_NOT_MET', `${error.code}: ${error.message}`, mend);
  } finally {
    cancel();
  }
}

const tooSlow = (url: URL): SealmeterError =>
  new SealmeterError('peer', 'METER_SILENT', `${url.origin} took longer than ${toSeconds(PROBE_PATIENCE)} s`);

/** Pins what the administrator has compared, if the meter seals with it: what was probed before may be another by now. */
async function addMeter(parts: ApiParts, call: Call): Promise<void> {
  const { store, collection, clock } = parts;
  const { url, id, name, zone, pem } = inputs.newMeter(call.body, 'body');
  const signature = readSignature(pem);
  await demandUnread(parts, id);
  const { devices } = await probeSite(parts, url);
  if (!devices.some((device) => device.id === id && device.keyName === signature.id))
    throw new ApiError('CERTIFICATE_UNCONFIRMED', `${id} at ${url.origin} does not seal with ${signature.id}`);
  await changeInTurn(parts, call, async () => {
    await demandUnread(parts, id);
    const meter: PinnedMeter = {
      id,
      name,
      zone,
      url: url.origin,
      tlsRoots: [],
      signatures: [signature],
      requestForm: 'rfc9421',
      addedAt: clock.now(),
      addedBy: call.user.name,
    };
    await audit(parts, call, { action: 'meter.added', subject: id, detail: `${url.origin}, ${signature.id}` });
    await store.putMeter(meter);
    collection.watch(meter);
    await sendSummary(parts, call, meter, 201);
  });
}

/** @throws ApiError `NAME_TAKEN` */
async function demandUnread({ store }: ApiParts, id: string): Promise<void> {
  if ((await store.meter(id)) !== undefined) throw new ApiError('NAME_TAKEN', `${id} is read already`);
}

async function changeMeter(parts: ApiParts, call: Call, { id }: PinnedMeter): Promise<void> {
  const { store, collection } = parts;
  const { name, url, zone, pem } = inputs.meterChange(call.body, 'body');
  const signature = pem === undefined ? undefined : readSignature(pem);
  await changeInTurn(parts, call, async () => {
    const former = await changeableMeter(parts, id);
    const meter: PinnedMeter = {
      ...former,
      name: name ?? former.name,
      url: url?.origin ?? former.url,
      zone: zone ?? former.zone,
      signatures: signature === undefined ? former.signatures : withSignature(former.signatures, signature),
    };
    const pins = meter.signatures.map((pinned) => pinned.id).join(' ');
    await audit(parts, call, {
      action: 'meter.changed',
      subject: id,
      detail: `${meter.name}, ${meter.url}, ${meter.zone}, ${pins}`,
    });
    await store.putMeter(meter);
    collection.watch(meter);
    await sendSummary(parts, call, meter);
  });
}

/** A meter that has renewed more often is added anew. */
const MOST_SIGNATURES = 20;

/** @throws ApiError `INPUT_INVALID` */
function withSignature(former: readonly PinnedSignature[], added: PinnedSignature): readonly PinnedSignature[] {
  const others = former.filter(({ id }) => id !== added.id);
  if (others.length >= MOST_SIGNATURES) throw invalid('pem', `at most ${MOST_SIGNATURES} certificates for a meter`);
  return [...others, added];
}

async function removeMeter(parts: ApiParts, call: Call, { id }: PinnedMeter): Promise<void> {
  await changeInTurn(parts, call, async () => {
    await changeableMeter(parts, id);
    await audit(parts, call, { action: 'meter.removed', subject: id });
    await parts.store.removeMeter(id);
    await parts.collection.forget(id);
    sendNothing(call);
  });
}

/** As it is by now. The configuration leads. @throws ApiError `METER_CONFIGURED`, `RESOURCE_UNKNOWN` */
async function changeableMeter({ store }: ApiParts, id: string): Promise<PinnedMeter> {
  const meter = await store.meter(id);
  if (meter === undefined) throw unknownResource();
  if (meter.addedBy === CONFIGURED_BY) throw new ApiError('METER_CONFIGURED', `${id} was not added here`);
  return meter;
}

async function sendSummary(parts: ApiParts, call: Call, meter: PinnedMeter, status = 200): Promise<void> {
  const [summary] = await summarise(parts, [meter]);
  if (summary === undefined) throw new TypeError('one meter has one summary');
  sendJson(call, summary, status);
}

/**
 * The certificate that a file begins with; what stands after it leads to its root. Written anew: what else stands in the
 * file, such as a private key, is not kept.
 */
function readSignature(pem: string): PinnedSignature {
  try {
    const certificates = readCertificates(utf8(pem));
    return { id: certificates[0].id, pem: certificatesToPem(certificates) };
  } catch (error) {
    throw invalid('pem', `a signature certificate (${reasonOf(error)})`);
  }
}
