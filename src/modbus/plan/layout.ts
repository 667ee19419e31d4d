import { FileError, type Located } from '#core/located.ts';
import type { Access, Block, PollGroup } from '#modbus/measure-plan.ts';
import { ADDRESS_SPACE } from '#modbus/transport.ts';
import { addressAt } from './access.ts';
import { booleanAt, choiceAt, integerAt, itemsOf, need, onlyFields, textAt } from './fields.ts';
import type { Point } from './point.ts';

/** A block as the file has it, before its points are known. */
interface EmptyBlock extends Omit<Block, 'measurands' | 'identity'> {
  readonly at: Located;
}

interface Range {
  readonly address: number;
  readonly count: number;
}

export function readBlocks(blocks: Located, access: Access, groups: readonly PollGroup[]): readonly EmptyBlock[] {
  const read = itemsOf(blocks).map((block) => readBlock(block, access, groups));
  checkGroupsUsed(blocks, read, groups);
  checkBlocksApart(read);
  return read;
}

function readBlock(block: Located, access: Access, groups: readonly PollGroup[]): EmptyBlock {
  onlyFields(block, ['start', 'count', 'group', 'functionCode', 'optional']);
  const functionCode = block.get('functionCode');
  const address = addressAt(need(block, 'start'), access);
  return {
    at: block,
    address,
    count: countAt(need(block, 'count'), address, access),
    group: groupAt(need(block, 'group'), groups),
    functionCode: functionCode === undefined ? access.functionCode : choiceAt(functionCode, [3, 4]),
    optional: booleanAt(block.get('optional')),
  };
}

function countAt(field: Located, address: number, { maxRegisters }: Access): number {
  const count = integerAt(field, 1, ADDRESS_SPACE);
  if (count <= maxRegisters && address + count <= ADDRESS_SPACE) return count;
  throw new FileError(
    'DEVICE_COUNT_TOO_LARGE',
    field.place,
    `${count} registers from ${address} in one request`,
    `at most ${maxRegisters} (access.maxRegisters), ending at address ${ADDRESS_SPACE - 1} of the PDU`,
  );
}

function groupAt(field: Located, groups: readonly PollGroup[]): string {
  const name = textAt(field);
  if (groups.some((group) => group.name === name)) return name;
  const known = groups.map((group) => group.name).join(', ');
  throw new FileError('DEVICE_GROUP_UNKNOWN', field.place, `there is no group "${name}"`, `one of ${known}`);
}

function checkGroupsUsed(at: Located, blocks: readonly EmptyBlock[], groups: readonly PollGroup[]): void {
  const idle = groups.find(({ name }) => blocks.every((block) => block.group !== name));
  if (idle === undefined) return;
  throw new FileError('DEVICE_GROUP_IDLE', at.place, `no block is in the group "${idle.name}"`, 'a block, or no group');
}

function checkBlocksApart(blocks: readonly EmptyBlock[]): void {
  const ordered = blocks.toSorted((a, b) => a.address - b.address);
  ordered.forEach((block, index) => {
    const before = ordered[index - 1];
    if (before === undefined || endOf(before) <= block.address) return;
    throw new FileError(
      'DEVICE_BLOCKS_OVERLAP',
      block.at.place,
      `${show(block)} overlaps with ${show(before)} (line ${before.at.place.line})`,
      'each register in one block only, so that all values agree in time',
    );
  });
}

/** Gives every block its points, and refuses any arrangement by which a request could read half a value. */
export function fitPoints(blocks: readonly EmptyBlock[], points: readonly Point[], access: Access): readonly Block[] {
  const ordered = points.toSorted((a, b) => a.address - b.address);
  checkPointsApart(ordered);
  const fitted = new Map(blocks.map((block) => [block, [] as Point[]]));
  for (const point of ordered) fitted.get(blockOf(point, blocks))?.push(point);
  return blocks.map((block) => {
    const inside = fitted.get(block) ?? [];
    if (access.gaps === 'forbidden') checkNoGap(block, inside);
    return finish(block, inside);
  });
}

function finish({ address, count, group, functionCode, optional }: EmptyBlock, points: readonly Point[]): Block {
  return {
    address,
    count,
    group,
    functionCode,
    optional,
    measurands: points.flatMap(({ measurand }) => measurand ?? []),
    identity: points.flatMap(({ identity }) => identity ?? []),
  };
}

/** Rows may share a value (net, positive and negative part of one power) but never the half of one. */
function checkPointsApart(ordered: readonly Point[]): void {
  let before: Point | undefined;
  for (const point of ordered) {
    if (before !== undefined && !sameValue(before, point) && point.address < before.address + before.registers) {
      throw new FileError(
        'DEVICE_REGISTERS_OVERLAP',
        point.at.place,
        `${point.reading} at ${point.address} shares registers with ` +
          `${before.reading} at ${before.address} (line ${before.at.place.line})`,
        'the offset and format that the manual gives; two rows may share a value only if both read it alike',
      );
    }
    before = point;
  }
}

function sameValue(a: Point, b: Point): boolean {
  return a.address === b.address && a.reading === b.reading;
}

function blockOf(point: Point, blocks: readonly EmptyBlock[]): EmptyBlock {
  const end = point.address + point.registers;
  const touching = blocks.find((block) => point.address < endOf(block) && end > block.address);
  if (touching === undefined) {
    throw new FileError(
      'DEVICE_POINT_UNREAD',
      point.at.place,
      `no block reads ${point.reading} at ${point.address}`,
      `a block that contains registers ${point.address} to ${end - 1}`,
    );
  }
  if (touching.address <= point.address && end <= endOf(touching)) return touching;
  throw new FileError(
    'DEVICE_VALUE_CUT',
    touching.at.place,
    `${show(touching)} cuts through ${point.reading} at ${point.address} (line ${point.at.place.line})`,
    'a block that begins and ends between values',
  );
}

function checkNoGap(block: EmptyBlock, points: readonly Point[]): void {
  let next = block.address;
  for (const point of points) {
    if (point.address > next) throw gap(block, next, point.address - 1);
    next = Math.max(next, point.address + point.registers);
  }
  if (next < endOf(block)) throw gap(block, next, endOf(block) - 1);
}

function gap(block: EmptyBlock, first: number, last: number): FileError {
  return new FileError(
    'DEVICE_GAP',
    block.at.place,
    `${show(block)} reads registers ${first} to ${last}, which no row describes`,
    'a row for them, two blocks, or gaps: allowed where the meter answers for undefined registers',
  );
}

function endOf({ address, count }: Range): number {
  return address + count;
}

function show({ address, count }: Range): string {
  return `the block ${address}×${count}`;
}
