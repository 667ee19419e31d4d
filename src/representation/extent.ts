import { invalidQuery, type ResourceAddress, type Selection } from './resource-uri.ts';

/** Which children of a list are wanted, by their place in it, counted from 1. */
export interface Window {
  readonly fromIndex: number;
  readonly count: number;
}

export const wholeList: Window = { fromIndex: 1, count: Number.POSITIVE_INFINITY };

/** How deep and how broad an answer is. */
export interface Extent {
  readonly depth: number;
  readonly window: Window;
}

const LISTS: ReadonlySet<ResourceAddress['kind']> = new Set(['ldevs', 'objects', 'attributes', 'methods']);

/**
 * @throws SealmeterError (client) `QUERY_INVALID` where a parameter asks for what this resource does not have: the
 * places of a list, or a history. To pass over it would be to give another answer than the one asked for.
 */
export function extentOf(address: ResourceAddress, selection: Selection): Extent {
  if (!LISTS.has(address.kind)) {
    refuse('q.fromidx', selection.fromIndex, 'this resource is not a list');
    refuse('q.count', selection.count, 'this resource is not a list');
  }
  refuse('q.fromtime', selection.fromTime, 'this resource keeps no history');
  refuse('q.totime', selection.toTime, 'this resource keeps no history');
  return {
    depth: selection.depth ?? Number.POSITIVE_INFINITY,
    window: {
      fromIndex: selection.fromIndex ?? wholeList.fromIndex,
      count: selection.count ?? wholeList.count,
    },
  };
}

function refuse(parameter: string, value: number | undefined, problem: string): void {
  if (value !== undefined) throw invalidQuery(parameter, problem, 'leave it out');
}
