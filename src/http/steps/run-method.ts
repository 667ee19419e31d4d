import type { AccessOutcome, AccessRefusal } from '#cosem/access-result.ts';
import { type CosemData, structure } from '#cosem/data-types.ts';
import type { ObjectAccess } from '#cosem/object-access.ts';
import { addressOf, memberOf, requesterOf } from '#http/member-access.ts';
import type { Step } from '#http/pipeline.ts';
import { problemOf } from '#http/problems.ts';
import type { ViewOf } from '#http/view.ts';
import { methodReading } from '#representation/reading.ts';
import { readParameterBody } from '#representation/request-body.ts';
import type { MethodResponseNode } from '#representation/resource-nodes.ts';

/** Runs the method. What became of it is told in a document that is sealed, be it done or refused. */
export function runMethod(access: ObjectAccess, viewOf: ViewOf): Step {
  return async function runMethod(exchange) {
    const address = addressOf(exchange, 'method');
    const { bytes, format } = exchange.get('received');
    const parameter = readParameterBody(bytes, format);
    const outcome = await access.invoke(memberOf(address), parameter, requesterOf(exchange));
    if (outcome.kind === 'refused') exchange.note('problem', problemOf(outcome.refusal).code);
    exchange.note('content', { sealed: true, reading: methodReading(address, responseTo(outcome), viewOf(exchange)) });
  };
}

const responseTo = (outcome: AccessOutcome): MethodResponseNode =>
  outcome.kind === 'done'
    ? { kind: 'methodResponse', status: 0, data: outcome.data }
    : { kind: 'methodResponse', status: outcome.refusal.accessResult, data: explanation(outcome.refusal) };

/** `structure { visible-string code, UTF8-string what is wrong, UTF8-string what to do }`, as a problem document has them. */
function explanation(refusal: AccessRefusal): CosemData {
  const { code, title, detail, mend } = problemOf(refusal);
  return structure(
    { type: 'visible-string', value: code },
    { type: 'utf8-string', value: detail ?? title },
    { type: 'utf8-string', value: mend },
  );
}
