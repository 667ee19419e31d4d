import { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../support/browser.ts';
import { FakeDas } from '../../support/fake-das.ts';
import { providePage } from '../../support/page-files.ts';

/** A DAS and a browser, there while the tests of a suite run. */
export interface Stage {
  readonly das: FakeDas;
  readonly browser: Browser;
}

/** To be called within a suite. What it gives is there as soon as the first test begins. */
export function setStage(): Stage {
  let set: Stage | undefined;
  const now = (): Stage => {
    if (set === undefined) throw new TypeError('the stage is set when the first test begins');
    return set;
  };
  before(async () => {
    await providePage();
    set = { das: await FakeDas.start(), browser: await startBrowser() };
  });
  after(async () => {
    const { das, browser } = now();
    await browser.close();
    await das[Symbol.asyncDispose]();
  });
  return {
    get das() {
      return now().das;
    },
    get browser() {
      return now().browser;
    },
  };
}
