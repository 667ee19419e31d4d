import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

import type { Rights } from '#cosem/access-rights.ts';
import type { Reading } from '#representation/reading.ts';
import type { BodyFormat } from '#representation/request-body.ts';
import type { BufferNode, ResourceTree } from '#representation/resource-nodes.ts';
import type { ResourceRequest } from '#representation/resource-uri.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import type { VerifiedRequest } from '#signature/request-verifier.ts';
import type { AnswerBody, AnswerStream, Pieces } from './answer-body.ts';
import type { Client } from './client-directory.ts';
import type { MediaType } from './media-types.ts';
import type { Peer } from './peer.ts';
import type { ProblemCode } from './problems.ts';
import type { Action } from './resources.ts';

/** What the steps of the pipeline find out about a request, each for those after it. */
interface Findings {
  /** `checkRequest` */
  facts: HttpRequestFacts;
  /** `identify` */
  peer: Peer;
  client: Client;
  /** `locate` */
  wanted: ResourceRequest;
  action: Action;
  /** `verifySignature`; `undefined` where the request has none */
  signature: VerifiedRequest | undefined;
  /** `authorise`: those of the client, or what is left of them without a signature */
  rights: Rights;
  /** `negotiate` */
  mediaType: MediaType;
  /** `receiveBody` */
  received: ReceivedBody;
  /** `read`; of a method that was run, `run` */
  content: SelectedContent;
  /** `represent`: the whole document, or what it is made of piece by piece */
  document: string | Pieces;
  /** `seal` */
  answer: AnswerBody | AnswerStream;
  /** `toProblem` */
  problem: ProblemCode;
}

interface ReceivedBody {
  readonly bytes: Uint8Array;
  readonly format: BodyFormat;
}

/** What a signed request gets is sealed. */
type SelectedContent =
  | { readonly sealed: true; readonly reading: Reading }
  | { readonly sealed: false; readonly tree: ResourceTree | BufferNode };

/** One request and its answer. */
export class Exchange {
  readonly request: Request;
  readonly response: Response;
  /** Under which the log and a problem document speak of it. */
  readonly id: string = randomUUID();
  readonly #found: Partial<Findings> = {};

  constructor(request: Request, response: Response) {
    this.request = request;
    this.response = response;
  }

  note<Name extends keyof Findings>(name: Name, finding: Findings[Name]): void {
    this.#found[name] = finding;
  }

  /** @throws TypeError where the pipeline has its steps in the wrong order. */
  get<Name extends keyof Findings>(name: Name): Findings[Name] {
    if (!Object.hasOwn(this.#found, name)) throw new TypeError(`no step has found out "${name}" yet`);
    return this.#found[name] as Findings[Name];
  }

  /** What is known so far, however far the request came. */
  get soFar(): Readonly<Partial<Findings>> {
    return this.#found;
  }
}
