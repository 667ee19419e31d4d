import fc from 'fast-check';
import {
  type CosemData,
  dataType,
  dataTypeNames,
  type IntegerType,
  type OctetsType,
  type TypeDescription,
} from '#cosem/data-types.ts';

/*
 * Random values of every COSEM type.
 */

/** With a prototype, as an object literal has. */
const plainRecord = <T>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(members, { noNullPrototype: true });

const namesOf = <Name extends CosemData['type']>(form: ReturnType<typeof dataType>['form']): Name[] =>
  dataTypeNames.filter((name) => dataType(name).form === form) as Name[];

const integer = fc.constantFrom(...namesOf<IntegerType>('integer')).chain((type) => {
  const { min = 0n, max = 0n } = dataType(type);
  return fc.bigInt({ min, max }).map((value): CosemData => ({ type, value }));
});

const octets = fc.constantFrom(...namesOf<OctetsType>('octets')).chain((type) => {
  const length = dataType(type).octets;
  const bounds = length === undefined ? { maxLength: 20 } : { minLength: length, maxLength: length };
  return fc.uint8Array(bounds).map((value): CosemData => ({ type, value }));
});

const characters = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((text) => /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text));

const simple: fc.Arbitrary<CosemData> = fc.oneof(
  fc.constantFrom<CosemData>({ type: 'null-data' }, { type: 'dont-care' }),
  fc.boolean().map((value): CosemData => ({ type: 'boolean', value })),
  fc
    .string({ unit: fc.constantFrom('0', '1'), maxLength: 20 })
    .map((value): CosemData => ({ type: 'bit-string', value })),
  fc
    .constantFrom('visible-string' as const, 'utf8-string' as const)
    .chain((type) => characters.map((value): CosemData => ({ type, value }))),
  integer,
  octets,
);

const { description } = fc.letrec<{ description: TypeDescription }>((tie) => ({
  description: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom(...dataTypeNames)
      .filter((type) => type !== 'array' && type !== 'structure' && type !== 'compact-array')
      .map((type): TypeDescription => ({ type })),
    plainRecord({ type: fc.constant('array' as const), count: fc.nat(65_535), element: tie('description') }),
    plainRecord({ type: fc.constant('structure' as const), elements: fc.array(tie('description'), { maxLength: 3 }) }),
  ),
}));

export const { data: arbitraryData } = fc.letrec<{ data: CosemData }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    plainRecord({
      type: fc.constantFrom('array' as const, 'structure' as const),
      value: fc.array(tie('data'), { maxLength: 4 }),
    }),
    plainRecord({
      type: fc.constant('compact-array' as const),
      description,
      contents: fc.uint8Array({ maxLength: 20 }),
    }),
  ),
}));
