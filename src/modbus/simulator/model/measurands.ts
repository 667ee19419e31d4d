/** Every quantity that a meter measures in this model, in V, A, VA, W, var, %, Hz; power factors are 0 to 1. */
export const measurands = [
  'voltage-l1-n',
  'voltage-l2-n',
  'voltage-l3-n',
  'voltage-l1-l2',
  'voltage-l2-l3',
  'voltage-l3-l1',
  'current-l1',
  'current-l2',
  'current-l3',
  'apparent-power-l1',
  'apparent-power-l2',
  'apparent-power-l3',
  'active-power-l1',
  'active-power-l2',
  'active-power-l3',
  'reactive-power-l1',
  'reactive-power-l2',
  'reactive-power-l3',
  'power-factor-l1',
  'power-factor-l2',
  'power-factor-l3',
  'thd-voltage-l1',
  'thd-voltage-l2',
  'thd-voltage-l3',
  'thd-current-l1',
  'thd-current-l2',
  'thd-current-l3',
  'frequency',
  'average-voltage-l-n',
  'average-voltage-l-l',
  'average-current',
  'apparent-power-total',
  'active-power-total',
  'reactive-power-total',
  'power-factor-total',
  'unbalance-voltage',
  'unbalance-current',
  'neutral-current',
] as const;

export type Measurand = (typeof measurands)[number];

/** All measurands of one second. NaN: not measured. */
export type Reading = Readonly<Record<Measurand, number>>;

export const nothingMeasured = Object.fromEntries(measurands.map((name) => [name, Number.NaN])) as Reading;
