import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import type { NewCapture } from '#journal/captures.ts';
import type { SealText } from '#journal/checkpoints.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { Proofs } from '#journal/verify.ts';
import { START } from '../../support/example-meter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type CaptureOptions, captureOf, timeOf } from './captures.ts';

const documents = new Map<number, Uint8Array>();

/** Much like a sealed document: what changes, a signature, and much that does not change. The same whenever asked for. */
export function documentOf(number: number): Uint8Array {
  const known = documents.get(number);
  const signature = (): string => signText(`document ${number}`);
  const made = known ?? utf8(`<document><nr>${number}</nr>${FILLER}<signature>${signature()}</signature></document>`);
  documents.set(number, made);
  return made;
}

const FILLER = '<object class-id="3" version="0"><attributes></attributes></object>'.repeat(5);

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const signText = (text: string): string => sign('sha256', utf8(text), privateKey).toString('hex');

export const seal: SealText = (text) => ({
  keyId: 'sha256:test',
  signature: new Uint8Array(sign('sha256', text, privateKey)),
});

/** Proves the documents of {@link documentOf} and the seals of {@link seal}. */
export const proofs: Proofs = {
  document(document, { sampleNumber }) {
    const text = Buffer.from(document).toString();
    const [, number] = /<nr>(\d+)</.exec(text) ?? [];
    const [, signature = ''] = /<signature>([0-9a-f]*)</.exec(text) ?? [];
    if (BigInt(number ?? '0') !== sampleNumber) return 'the document is of another sample';
    const isGood = verify('sha256', utf8(`document ${number}`), publicKey, Buffer.from(signature, 'hex'));
    return isGood ? undefined : 'the signature of the document is wrong';
  },
  checkpoint: (text, { signature }) =>
    verify('sha256', text, publicKey, signature) ? undefined : 'the signature of the checkpoint is wrong',
};

/** A capture whose sample has this number. Its document proves it, unless another one is given, or none. */
export const newCapture = (sampleNumber: number, options: CaptureOptions = {}): NewCapture =>
  captureOf(sampleNumber, 'document' in options ? options : { ...options, document: documentOf(sampleNumber) });

export interface OpenOptions {
  readonly clock?: FakeClock;
  readonly calibrationCapacity?: number;
}

export const open = (folder: string, { clock = new FakeClock(), ...options }: OpenOptions = {}): Journal =>
  openJournal({ folder, clock, ...options });

/** A closed journal with so many captures and a few events. */
export function makeJournal(folder: string, captures: number): void {
  using journal = open(folder);
  journal.together(() => {
    for (let number = 1; number <= captures; number += 1) journal.capture(newCapture(number));
    journal.log({ name: 'service-started', data: { version: '0.1.0', previousEnd: 'none' } });
    journal.log({ name: 'clock-stepped', data: { from: START, to: timeOf(2) } });
    journal.log({
      name: 'read',
      consumer: 'alice',
      data: { device: 'm', client: 'das', resource: '/cosem', sealed: 'yes', sample: 1n },
    });
  });
}
