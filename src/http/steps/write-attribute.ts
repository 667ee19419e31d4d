import type { ObjectAccess } from '#cosem/object-access.ts';
import { addressOf, memberOf, requesterOf } from '#http/member-access.ts';
import type { Step } from '#http/pipeline.ts';
import { readAttributeBody } from '#representation/request-body.ts';

/** Writes the value that was sent into the attribute. @see BSI TR-03109-1 Anlage II 1.01, Set: the answer is empty */
export function writeAttribute(access: ObjectAccess): Step {
  return async function writeAttribute(exchange) {
    const address = addressOf(exchange, 'attribute');
    const { bytes, format } = exchange.get('received');
    const data = readAttributeBody(bytes, format, address.attribute);
    const outcome = await access.write(memberOf(address), data, requesterOf(exchange));
    if (outcome.kind === 'refused') throw outcome.refusal;
    exchange.response.status(204).end();
  };
}
