import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { Places } from '#core/places.ts';
import { Seconds } from '#core/time.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import type { ClientDirectory } from '#http/client-directory.ts';
import { EventStream } from '#http/event-stream.ts';
import type { Exchange } from '#http/exchange.ts';
import { HttpError, retryAfter } from '#http/http-error.ts';
import type { Limits } from '#http/limits.ts';
import { Listening } from '#http/listening.ts';
import type { LiveSamples } from '#http/live-samples.ts';
import { addressOf } from '#http/member-access.ts';
import type { Step } from '#http/pipeline.ts';
import { isUnrevoked } from '#http/revocation.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import { invalidQuery } from '#representation/query.ts';
import { unknownResource } from '#representation/resource-uri.ts';

export interface LiveParts {
  readonly devices: LogicalDevices;
  readonly clients: ClientDirectory;
  /** Whom to ask whether clients' certificates are revoked; absent where nobody is asked. */
  readonly revocation?: RevocationChecker | undefined;
  /** Absent where nobody tells of samples. */
  readonly live?: LiveSamples | undefined;
  readonly sealed: SealedDocuments;
  readonly limits: Pick<Limits, 'streams' | 'streamsPerClient'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Begins to tell the client each sample of a device, until it goes away. */
export function listen(parts: LiveParts): Step {
  const places = placesOf(parts.limits);
  return function listen(exchange) {
    const { live, clock } = parts;
    const { ldev } = addressOf(exchange, 'live');
    const device = parts.devices.device(ldev);
    if (live === undefined || device === undefined) throw unknownResource();
    refuseSelection(exchange);
    const last = lastEventOf(exchange);
    const leave = places.take(exchange.get('client').id);
    const stream = new EventStream(exchange.response, clock);
    const listening = new Listening({
      stream,
      device,
      rights: exchange.get('rights'),
      sealed: exchange.get('signature') === undefined ? undefined : parts.sealed,
      isWelcome: () => isWelcome(exchange, parts),
      occurrence: exchange.id,
      log: parts.log,
    });
    stream.onEnd(leave);
    stream.onEnd(live.listen(ldev, listening));
    catchUp(listening, live.recent(ldev), last, device.snapshot());
  };
}

/** How many may listen at once, so that nobody listens others away. */
const placesOf = ({ streams: all, streamsPerClient: ofOne }: LiveParts['limits']): Places =>
  new Places({
    all,
    ofOne,
    refusal: (taken, total) =>
      new HttpError(
        'STREAMS_EXHAUSTED',
        `${taken} of ${ofOne} places of this client, ${total} of ${all} in all are taken`,
        retryAfter(Seconds(30)),
      ),
  });

/** @throws SealmeterError (client) `QUERY_INVALID` */
function refuseSelection(exchange: Exchange): void {
  const [parameter] = Object.keys(exchange.get('wanted').selection);
  if (parameter !== undefined) throw invalidQuery(parameter, 'samples come as they are', 'leave it out');
}

/**
 * What every request is asked, and an answer that goes on has to be asked again: a client whose certificate was taken off the
 * list, has expired or was revoked, or whose connection has served long enough, is told no more.
 */
async function isWelcome(exchange: Exchange, { clients, revocation, clock }: LiveParts): Promise<boolean> {
  const peer = exchange.get('peer');
  const isListed = clients.withTlsCertificate(peer.certificateId) === exchange.get('client');
  if (!isListed || clock.now() > peer.validUntil || peer.isOver?.() === true) return false;
  return revocation === undefined || (await isUnrevoked(peer, revocation));
}

/** @see WHATWG HTML, Server-sent events, the Last-Event-ID header */
function lastEventOf({ request }: Exchange): bigint | undefined {
  const text = request.headers['last-event-id'];
  if (text === undefined || text === '') return undefined;
  if (typeof text === 'string' && /^\d{1,20}$/.test(text)) return BigInt(text);
  throw new HttpError('REQUEST_MALFORMED', 'Last-Event-ID is not the number of a sample');
}

/**
 * To whoever listens for the first time, the sample that stands is told; to whoever comes back, those since. What is not
 * remembered any more was dropped.
 */
function catchUp(listening: Listening, recent: readonly Snapshot[], last: bigint | undefined, current: Snapshot): void {
  if (last === undefined) {
    listening.hear(current);
    return;
  }
  const missed = recent.filter(({ sequenceNumber }) => sequenceNumber > last);
  const [oldest] = recent;
  if (oldest !== undefined && oldest.sequenceNumber > last + 1n) listening.drop(last + 1n, oldest.sequenceNumber - 1n);
  for (const snapshot of missed) listening.hear(snapshot);
}
