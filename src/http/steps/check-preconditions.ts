import { SealmeterError } from '#core/errors.ts';
import { answerBody } from '#http/answer-body.ts';
import type { Exchange } from '#http/exchange.ts';
import { HttpError } from '#http/http-error.ts';
import type { Step } from '#http/pipeline.ts';
import type { ViewOf } from '#http/view.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { writeTreeJson } from '#representation/tree-json.ts';
import { writeTree } from '#representation/tree-xml.ts';

/**
 * Lets nobody change what is not any more as they know it: `If-Match` and `If-None-Match` name the unsigned answers, in XML
 * or JSON, that a client had; the validator of a sealed one holds for its sample alone, and never here.
 * @see RFC 9110 § 13.1.1, § 13.1.2
 */
export function checkPreconditions(viewOf: ViewOf): Step {
  return function checkPreconditions(exchange) {
    const { headers } = exchange.request;
    const match = headers['if-match'];
    const noneMatch = headers['if-none-match'];
    if (match === undefined && noneMatch === undefined) return;
    const current = validatorsOf(exchange, viewOf);
    if (match !== undefined && !holds(match, current)) throw failed('If-Match');
    if (noneMatch !== undefined && holds(noneMatch, current)) throw failed('If-None-Match');
  };
}

/** Strong ones only, as the comparison has to be. */
function holds(condition: string, current: readonly string[]): boolean {
  if (condition.trim() === '*') return current.length > 0;
  return condition.split(',').some((tag) => current.includes(tag.trim()));
}

/** Those of the answers that the resource would be read in now; none where there is no such resource. */
function validatorsOf(exchange: Exchange, viewOf: ViewOf): readonly string[] {
  const { address } = exchange.get('wanted');
  try {
    const tree = selectTree({ address, selection: {} }, viewOf(exchange));
    if (tree.kind === 'buffer') return [];
    return [writeTree(tree), writeTreeJson(tree)].map((text) => answerBody(text).etag);
  } catch (error) {
    if (error instanceof SealmeterError && error.code === 'RESOURCE_UNKNOWN') return [];
    throw error;
  }
}

const failed = (header: string): HttpError =>
  new HttpError('PRECONDITION_FAILED', `${header} does not hold for the resource as it is now`);
