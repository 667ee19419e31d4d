import type { BufferSelection, ColumnSelection } from '#cosem/selective-access.ts';
import { invalidQuery, type QueryParameter, queryParameters, type Selection } from './query.ts';
import type { ResourceAddress } from './resource-uri.ts';

/** Which children of a list are wanted, by their place in it, counted from 1. */
export interface Window {
  readonly fromIndex: number;
  readonly count: number;
}

export const wholeList: Window = { fromIndex: 1, count: Number.POSITIVE_INFINITY };

export const choose = <Item>(list: readonly Item[], { fromIndex, count }: Window): readonly Item[] =>
  list.slice(fromIndex - 1, fromIndex - 1 + count);

/** How deep and how broad an answer is. */
export interface Extent {
  readonly depth: number;
  readonly window: Window;
}

const LISTS: ReadonlySet<ResourceAddress['kind']> = new Set([
  'ldevs',
  'objects',
  'attributes',
  'methods',
  'containers',
  'ldev-containers',
]);

const WINDOW: readonly QueryParameter[] = ['q.fromidx', 'q.count'];
const HISTORY: readonly QueryParameter[] = queryParameters.filter(
  (name) => name !== 'q.depth' && !WINDOW.includes(name),
);

/**
 * @throws SealmeterError (client) `QUERY_INVALID` where a parameter asks for what this resource does not have: the
 * places of a list, or a history. To pass over it would be to give another answer than the one asked for.
 */
export function extentOf(address: ResourceAddress, selection: Selection): Extent {
  if (!LISTS.has(address.kind)) refuse(selection, WINDOW, 'this resource is not a list');
  refuse(selection, HISTORY, 'this resource keeps no history');
  return { depth: depthOf(selection), window: windowOf(selection) };
}

/** What is wanted of a buffer. */
export interface BufferExtent {
  readonly depth: number;
  readonly selection: BufferSelection;
  /** Of the entries that the selection leaves. */
  readonly window: Window;
}

/** @throws SealmeterError (client) `QUERY_INVALID` for parameters that exclude one another */
export function bufferExtentOf(selection: Selection): BufferExtent {
  return { depth: depthOf(selection), selection: bufferSelectionOf(selection), window: windowOf(selection) };
}

const depthOf = (selection: Selection): number => selection['q.depth'] ?? Number.POSITIVE_INFINITY;

const windowOf = (selection: Selection): Window => ({
  fromIndex: selection['q.fromidx'] ?? wholeList.fromIndex,
  count: selection['q.count'] ?? wholeList.count,
});

function refuse(selection: Selection, names: readonly QueryParameter[], problem: string): void {
  const name = names.find((candidate) => selection[candidate] !== undefined);
  if (name !== undefined) throw invalidQuery(name, problem, 'leave it out');
}

function bufferSelectionOf(selection: Selection): BufferSelection {
  const { 'sa.fromidx': from, 'sa.toidx': to, 'sa.count': count } = selection;
  const columns = columnsOf(selection);
  const range = rangeOf(selection);
  return {
    ...(from === undefined && to === undefined ? {} : { entries: { from: from ?? 1, ...(to && { to }) } }),
    ...(range && { range }),
    time: { from: selection['q.fromtime'], to: selection['q.totime'] },
    ...(count === undefined ? {} : { count }),
    ...(columns && { columns }),
  };
}

function columnsOf(selection: Selection): ColumnSelection | undefined {
  const { 'sa.fromcol': from, 'sa.tocol': to, 'sa.retrievecolumns': objects } = selection;
  const hasPlaces = from !== undefined || to !== undefined;
  if (objects === undefined) return hasPlaces ? { from: from ?? 1, ...(to && { to }) } : undefined;
  if (hasPlaces) {
    const problem = 'columns are chosen by sa.fromcol and sa.tocol already';
    throw invalidQuery('sa.retrievecolumns', problem, 'choose columns in one of the two ways');
  }
  return { objects };
}

function rangeOf(selection: Selection): BufferSelection['range'] {
  const { 'sa.filtercolumn': column, 'sa.fromtype': from, 'sa.totype': to } = selection;
  if (from === undefined && to === undefined) {
    if (column === undefined) return undefined;
    throw invalidQuery('sa.filtercolumn', 'names no values', 'give sa.fromtype, sa.totype or both');
  }
  return { ...(column && { column }), ...(from && { from }), ...(to && { to }) };
}
