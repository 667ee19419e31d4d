import assert from 'node:assert/strict';
import { rightsOf } from '#cosem/access-rights.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { type Reading, selectReading } from '#representation/reading.ts';
import type { ResourceTree } from '#representation/resource-nodes.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { exampleDevices } from '../support/example-meter.ts';

/*
 * Every URI that a set of devices has, walked through the object lists, and each with every depth and a few windows.
 */

const devices = exampleDevices();

/** The paths without query. */
function pathsOf({ devices }: LogicalDevices): readonly string[] {
  return [
    '/cosem',
    '/cosem/ldevs',
    '/cosem/containers',
    ...devices.flatMap(({ id, objects }) => [
      `/cosem/ldevs/${id}`,
      `/cosem/ldevs/${id}/objects`,
      `/cosem/ldevs/${id}/containers`,
      ...objects.flatMap(({ classId, logicalName, interfaceClass }) => {
        const object = `/cosem/ldevs/${id}/objects/${classId}-${logicalName}`;
        return [
          object,
          `${object}/attributes`,
          ...interfaceClass.attributes.map((attribute) => `${object}/attributes/${attribute.id}`),
          `${object}/methods`,
          ...interfaceClass.methods.map((method) => `${object}/methods/${method.id}`),
        ];
      }),
    ]),
  ];
}

const LIST = /(?:ldevs|objects|attributes|methods|containers)$/;

function queriesOf(path: string): readonly string[] {
  const depths = ['', '/', ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((depth) => `?q.depth=${depth}`)];
  return LIST.test(path)
    ? [...depths, '?q.fromidx=2', '?q.count=1', '?q.fromidx=2&q.count=1', '?q.count=0', '/?q.fromidx=99']
    : depths;
}

export const everyTarget: readonly string[] = pathsOf(devices).flatMap((path) =>
  queriesOf(path).map((query) => path + query),
);

export function exampleTree(target: string, of: LogicalDevices = devices): ResourceTree {
  const tree = selectTree(parseResource(target), { devices: of, rights: rightsOf('consumer') });
  assert.ok(tree.kind !== 'buffer');
  return tree;
}

export function exampleReading(target: string, of: LogicalDevices = devices): Reading {
  return selectReading(parseResource(target), { devices: of, rights: rightsOf('consumer') });
}
