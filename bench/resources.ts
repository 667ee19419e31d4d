import { loadDevice } from '#meter/device-file.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';

/** Attributes that the interface classes of measured values have, by their numbers. */
const ATTRIBUTES: Readonly<Record<number, number>> = { 1: 2, 3: 3, 4: 5, 5: 9 };

const objects = loadDevice('pac3200').objects.map(({ classId, logicalName }) => ({
  path: `/cosem/ldevs/${DEVELOPMENT_DEFAULTS.names.meter}/objects/${classId}-${logicalName}`,
  attributes: ATTRIBUTES[classId] ?? 1,
}));

/** The values of all measured objects, each in a document of its own. */
export const everyValue: readonly string[] = objects.map(({ path }) => `${path}/attributes/2`);

/** Every run of attributes of every measured object: hardly two are answered by the same document. */
export const everyRunOfAttributes: readonly string[] = objects.flatMap(({ path, attributes }) =>
  numbersTo(attributes).flatMap((from) =>
    numbersTo(attributes - from + 1).map((count) => `${path}/attributes?q.fromidx=${from}&q.count=${count}`),
  ),
);

function numbersTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
