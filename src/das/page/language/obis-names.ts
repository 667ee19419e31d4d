import { obisFromHex, obisGroups } from '#core/obis.ts';
import type { Language } from './texts.ts';

/** `3-0100010800ff` → class and logical name. */
export function objectParts(object: string): { readonly classId: number; readonly hex: string } {
  const [classId = '', hex = ''] = object.split('-');
  return { classId: Number(classId), hex };
}

interface Words {
  readonly en: string;
  readonly de: string;
}

interface Quantity extends Words {
  /** What it is called where it is summed up over time. */
  readonly energy?: Words;
  /** What it means of all phases together. Default: their sum. */
  readonly together?: Words;
}

/** Into the site, out of it, or both together. */
const WAYS = {
  import: { en: ' import', de: ' Bezug' },
  export: { en: ' export', de: ' Einspeisung' },
  both: { en: ' import and export', de: ' Bezug und Einspeisung' },
} as const satisfies Readonly<Record<string, Words>>;

const AVERAGE: Words = { en: 'average', de: 'Mittelwert' };
const TOTAL: Words = { en: 'total', de: 'gesamt' };

/**
 * What value group C of an electricity object says of the sum of phases; 20, 40 and 60 more stand for L1, L2, L3.
 * @see IEC 62056-6-1 (OBIS), value group C codes, electricity
 */
const QUANTITIES = new Map<number, Quantity>([
  [1, { en: 'Active power import', de: 'Wirkleistung Bezug', energy: energy('Active', 'Wirk', 'import') }],
  [2, { en: 'Active power export', de: 'Wirkleistung Einspeisung', energy: energy('Active', 'Wirk', 'export') }],
  [3, { en: 'Reactive power import', de: 'Blindleistung Bezug', energy: energy('Reactive', 'Blind', 'import') }],
  [4, { en: 'Reactive power export', de: 'Blindleistung Einspeisung', energy: energy('Reactive', 'Blind', 'export') }],
  [9, { en: 'Apparent power', de: 'Scheinleistung', energy: energy('Apparent', 'Schein') }],
  [11, { en: 'Current', de: 'Strom', together: AVERAGE }],
  [12, { en: 'Voltage', de: 'Spannung', together: AVERAGE }],
  [13, { en: 'Power factor', de: 'Leistungsfaktor' }],
  [14, { en: 'Frequency', de: 'Frequenz' }],
  [
    15,
    { en: 'Active power both ways', de: 'Wirkleistung beider Richtungen', energy: energy('Active', 'Wirk', 'both') },
  ],
  [16, { en: 'Active power', de: 'Wirkleistung', energy: energy('Net active', 'Netto-Wirk') }],
]);

function energy(en: string, de: string, way?: keyof typeof WAYS): Words {
  const direction = way === undefined ? { en: '', de: '' } : WAYS[way];
  return { en: `${en} energy${direction.en}`, de: `${de}energie${direction.de}` };
}

/** Value group D: how a value came about. */
const PROCESSES = new Map<number, Words>([
  [4, { en: 'Demand, running: ', de: 'Mittelwert, laufend: ' }],
  [5, { en: 'Demand, last: ', de: 'Mittelwert, letzter: ' }],
  [6, { en: 'Highest demand: ', de: 'Höchster Mittelwert: ' }],
  [7, { en: '', de: '' }],
  [8, { en: '', de: '' }],
  [23, { en: 'Lowest: ', de: 'Tiefstwert: ' }],
  [26, { en: 'Highest: ', de: 'Höchstwert: ' }],
]);

const ENERGY = 8;

/** Names that are none of a pattern, by their twelve digits. */
const SINGLE = new Map<string, Words>([
  ['01000c0780ff', { en: 'Voltage L–L, average', de: 'Spannung L–L, Mittelwert' }],
  ['01000c0781ff', { en: 'Voltage, unbalance of amplitudes', de: 'Spannung, Unsymmetrie der Amplituden' }],
  ['01000b0781ff', { en: 'Current, unbalance of amplitudes', de: 'Strom, Unsymmetrie der Amplituden' }],
  ['0100510704ff', { en: 'Angle of voltage to current, L1', de: 'Winkel von Spannung zu Strom, L1' }],
  ['010051070fff', { en: 'Angle of voltage to current, L2', de: 'Winkel von Spannung zu Strom, L2' }],
  ['010051071aff', { en: 'Angle of voltage to current, L3', de: 'Winkel von Spannung zu Strom, L3' }],
  ['0100520800ff', { en: 'Universal counter', de: 'Universalzähler' }],
  ['0100000800ff', { en: 'Length of the demand period', de: 'Länge der Messperiode' }],
  ['0100000980ff', { en: 'Time since the demand period began', de: 'Zeit seit Beginn der Messperiode' }],
  ['0000600500ff', { en: 'Device status', de: 'Gerätestatus' }],
  ['0000600501ff', { en: 'Limit violations', de: 'Grenzwertverletzungen' }],
  ['0000600301ff', { en: 'Digital inputs', de: 'Digitale Eingänge' }],
  ['0000600302ff', { en: 'Digital outputs', de: 'Digitale Ausgänge' }],
  ['0000600e00ff', { en: 'Active tariff', de: 'Aktiver Tarif' }],
  ['0000600800ff', { en: 'Operating time', de: 'Betriebszeit' }],
  ['0000600200ff', { en: 'Count of parameter changes', de: 'Zahl der Parameteränderungen' }],
  ['000060020aff', { en: 'Count of relevant parameter changes', de: 'Zahl der wesentlichen Parameteränderungen' }],
  ['0000600f00ff', { en: 'Count of limit violations', de: 'Zahl der Grenzwertverletzungen' }],
]);

/** A register's name in words; `undefined` where its code is not one that has words here. */
export function nameOfObject(object: string, language: Language, attribute = 2): string | undefined {
  const { classId, hex } = objectParts(object);
  const obis = obisFromHex(hex);
  if (obis === undefined) return undefined;
  const single = SINGLE.get(hex);
  if (single !== undefined) return single[language];
  const [a = 0, , c = 0, d = 0, e = 0] = obisGroups(obis);
  if (a !== 1) return undefined;
  const process = PROCESSES.get(classId === 5 && d === 4 && attribute === 3 ? 5 : d);
  const quantity = quantityOf(c, d, e, language);
  if (process === undefined || quantity === undefined) return undefined;
  return process[language] + quantity;
}

/** Value group E. */
const HARMONICS = 124;
const OWN_CODES = 128;

const TARIFF: Words = { en: 'tariff', de: 'Tarif' };
const DISTORTION: Words = { en: 'Distortion (THD): ', de: 'Verzerrung (THD): ' };

function quantityOf(c: number, d: number, e: number, language: Language): string | undefined {
  const place = placeOf(c);
  if (place === undefined) return undefined;
  const what = (d === ENERGY ? place.quantity.energy : place.quantity)?.[language];
  if (what === undefined) return undefined;
  if (d === ENERGY && e > 0) return `${what}, ${TARIFF[language]} ${e}`;
  const base = place.where === undefined ? what : `${what}, ${place.where[language]}`;
  if (e === 0) return base;
  const isDistortion = e === HARMONICS || (d !== MOMENTARY && e === OWN_CODES && c > 20);
  return isDistortion ? DISTORTION[language] + base : `${base} (${e})`;
}

const MOMENTARY = 7;
const FREQUENCY = 14;

interface Place {
  readonly quantity: Quantity;
  /** Of which phases; left out where there is only one. */
  readonly where: Words | undefined;
}

const same = (text: string): Words => ({ en: text, de: text });

/** What stands outside of the pattern: group C → the quantity's group, and where it is measured. */
const ELSEWHERE = new Map<number, readonly [quantity: number, where: Words]>([
  [90, [11, { en: 'sum of the phases', de: 'Summe der Phasen' }]],
  [91, [11, same('N')]],
  [124, [12, same('L1–L2')]],
  [125, [12, same('L2–L3')]],
  [126, [12, same('L3–L1')]],
]);

function placeOf(c: number): Place | undefined {
  const [group, where] = ELSEWHERE.get(c) ?? [((c - 1) % 20) + 1, undefined];
  const quantity = QUANTITIES.get(group);
  if (quantity === undefined) return undefined;
  if (where !== undefined) return { quantity, where };
  const phase = Math.floor((c - 1) / 20);
  if (phase > 3) return undefined;
  if (phase > 0) return { quantity, where: same(`L${phase}`) };
  return { quantity, where: c === FREQUENCY ? undefined : (quantity.together ?? TOTAL) };
}

/** What value group C of all phases together is called. */
export const quantityName = (group: number, language: Language): string => QUANTITIES.get(group)?.[language] ?? '';

/** Whether it is energy, summed up since the meter began to count. */
export function isCounter(object: string): boolean {
  const obis = obisFromHex(objectParts(object).hex);
  return obis !== undefined && obisGroups(obis)[3] === ENERGY;
}
