/** The members of `content` that are among `names`. Throws unless it is an object and they are finite numbers. */
export function numbersOf<Name extends string>(
  content: unknown,
  names: readonly Name[],
): Partial<Record<Name, number>> {
  const members = membersOf(content);
  const known = names.filter((name) => members[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, numberOf(members[name], name)])) as Partial<
    Record<Name, number>
  >;
}

/** As {@link numbersOf}, and every name must be there. */
export const allNumbersOf = <Name extends string>(content: unknown, names: readonly Name[]): Record<Name, number> => {
  const members = membersOf(content);
  return Object.fromEntries(names.map((name) => [name, numberOf(members[name], name)])) as Record<Name, number>;
};

export function membersOf(content: unknown): Readonly<Record<string, unknown>> {
  if (typeof content !== 'object' || content === null) throw new TypeError('an object is expected');
  return content as Readonly<Record<string, unknown>>;
}

function numberOf(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${name} must be a number`);
  return value;
}
