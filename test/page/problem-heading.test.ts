import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ApiError } from '#das/page/api.ts';
import { problemHeading, refusalCodes, Unfit } from '#das/page/parts/problem-heading.ts';
import { PROBLEMS } from '#das/server/problems.ts';

const refused = (code: string, isChange: boolean): ApiError => new ApiError(400, isChange, { code });

describe('what the page says first of what went wrong', () => {
  it('names what the DAS refuses, in the language of the page', () => {
    assert.equal(problemHeading(refused('LOG_IN_REFUSED', true)), 'problem.logIn');
  });

  it('tells what was not done from what could not be shown', () => {
    assert.equal(problemHeading(refused('INPUT_INVALID', true)), 'app.refused');
    assert.equal(problemHeading(refused('INPUT_INVALID', false)), 'app.failed');
  });

  it('does not blame the DAS for what was entered', () => {
    assert.equal(problemHeading(new Unfit('admin.meter.otherCertificate')), 'admin.meter.otherCertificate');
  });

  it('says that nobody answers only where nobody does', () => {
    assert.equal(problemHeading(new TypeError('Failed to fetch')), 'app.unreachable');
  });

  it('knows no code that the DAS has not', () => {
    assert.deepEqual(
      refusalCodes.filter((code) => !Object.hasOwn(PROBLEMS, code)),
      [],
    );
  });
});
