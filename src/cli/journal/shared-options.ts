import { join } from 'node:path';
import { meterCertificates, pinnedIn } from '#cli/files.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Proofs } from '#journal/verify.ts';
import { journalProofs } from '#meter/journal-proofs.ts';

/** What a command finds and proves a journal by. */
export const JOURNAL_OPTIONS = {
  journal: {
    type: 'string',
    value: 'PATH',
    help: 'The journal of a meter (`journal` in its state folder), or a backup. Default .sealmeter/state/journal.',
  },
  meter: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'A signature certificate of the meter, former ones too; may be repeated. Default .sealmeter/das/meter-signature.pem.',
  },
} as const;

export const journalPath = ({ journal }: { readonly journal?: string }): string =>
  journal ?? join('.sealmeter', 'state', 'journal');

/** Believes the certificates that were given, and no others. */
export function proofsBy({ meter }: { readonly meter?: readonly string[] }): Proofs {
  const pinned = meterCertificates(meter).flatMap(pinnedIn);
  return journalProofs((name) => pinned.find(({ id }) => id === name)?.publicKey, nodeCrypto);
}
