import type { Step } from '#http/pipeline.ts';

/**
 * Sends what became of a method. One that the object refused is 500, with a status above 0 in the document.
 * @see BSI TR-03109-1 Anlage II 1.01, methodResponseStatus
 */
export function report(): Step {
  return function report(exchange) {
    const { response } = exchange;
    const answer = exchange.get('answer');
    if ('rest' in answer) throw new TypeError('what becomes of a method is told in one piece');
    const { text, length } = answer;
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Type', exchange.get('mediaType'));
    response.setHeader('Content-Length', length);
    response.writeHead(exchange.soFar.problem === undefined ? 200 : 500).end(text);
  };
}
