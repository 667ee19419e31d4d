import { stat } from 'node:fs/promises';

import type { Clock } from '#core/clock.ts';
import { Days, type Duration } from '#core/time.ts';
import { type AnsweredAuthority, answerOcsp } from './ocsp-responder.ts';
import { ledgerPath, listAuthorities } from './pki-directory.ts';
import type { Profiles } from './profiles.ts';
import { openResponder } from './responder-files.ts';
import { SingleFlight } from './single-flight.ts';

export interface FolderResponderOptions {
  readonly folder: string;
  readonly profiles: Profiles;
  readonly clock: Clock;
  /** How long an answer holds. */
  readonly validity: Duration;
}

/** Answers for all authorities of a PKI folder, and takes up what other commands write there as soon as it is there. */
export class FolderResponder {
  readonly #options: FolderResponderOptions;
  readonly #opening = new SingleFlight<readonly AnsweredAuthority[]>();
  #authorities: readonly AnsweredAuthority[] = [];
  #version = '';

  constructor(options: FolderResponderOptions) {
    this.#options = options;
  }

  async answer(request: Uint8Array): Promise<Uint8Array> {
    const { clock, validity } = this.#options;
    return await answerOcsp(request, await this.#current(), { now: clock.now(), validity });
  }

  async #current(): Promise<readonly AnsweredAuthority[]> {
    if ((await this.#folderVersion()) === this.#version) return this.#authorities;
    return await this.#opening.run('folder', () => this.#open());
  }

  /** Asks for the version before it reads, so that what is written meanwhile is noticed the next time. */
  async #open(): Promise<readonly AnsweredAuthority[]> {
    const { folder, profiles, clock } = this.#options;
    const version = await this.#folderVersion();
    this.#authorities = await openResponder(folder, profiles, clock.now());
    this.#version = version;
    return this.#authorities;
  }

  /** Ledgers only grow, so their sizes tell versions apart; a new day is one too, for a responder may be due. */
  async #folderVersion(): Promise<string> {
    const { folder, clock } = this.#options;
    const names = await listAuthorities(folder);
    const sizes = await Promise.all(
      names.map(async (name) => `${name} ${(await stat(ledgerPath(folder, name))).size}`),
    );
    return [Math.floor(clock.now() / Days(1)), ...sizes].join('\n');
  }
}
