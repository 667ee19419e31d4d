import { numberField, textField } from '#modbus/simulator/fields.ts';
import type { DemandPeriod } from '#modbus/simulator/model/demand.ts';
import { ENERGY_ROLLOVER, type EnergyCounter } from '#modbus/simulator/model/energy.ts';
import type { Extremes } from '#modbus/simulator/model/extremes.ts';
import type { Measurand } from '#modbus/simulator/model/measurands.ts';
import { type Field, RegisterMap } from '#modbus/simulator/register-map.ts';
import { isAllowed } from './allowed.ts';
import {
  demandRows,
  energyRows,
  type InstallationText,
  identityRows,
  installationRows,
  measurandRows,
  neutralCurrentRow,
  type ParameterName,
  parameterRows,
  type StatusName,
  statusRows,
  wholeBlocks,
} from './register-table.ts';
import type { Settings } from './settings.ts';

/** Where the registers' contents come from, and who is told when somebody writes them. */
export interface RegisterSources {
  readonly serialNumber: string;
  readonly hasNeutralCurrent: boolean;
  /** Registers that no PAC3200 has. */
  readonly moreFields: readonly Field[];
  readonly extremes: Extremes;
  readonly demand: DemandPeriod;
  readonly settings: Settings;
  readonly now: (measurand: Measurand) => number;
  readonly status: (name: StatusName) => number;
  readonly energy: (counter: EnergyCounter) => number;
  readonly writeEnergy: (counter: EnergyCounter, value: number) => void;
  readonly writeParameter: (name: ParameterName, value: number) => void;
  readonly writeText: (name: InstallationText, text: string) => void;
}

export function pac3200Registers(meter: RegisterSources): RegisterMap {
  const fields = [
    ...momentaryFields(meter),
    ...extremeFields(meter),
    ...statusFields(meter),
    ...demandFields(meter),
    ...energyFields(meter),
    ...parameterFields(meter),
    ...identityFields(meter),
    ...installationFields(meter),
    ...meter.moreFields,
  ];
  return new RegisterMap(fields, { wholeBlocks });
}

function momentaryFields(meter: RegisterSources): readonly Field[] {
  const rows = meter.hasNeutralCurrent ? [...measurandRows, neutralCurrentRow] : measurandRows;
  return rows.map(({ measurand, at }) => numberField(at, 'float32', { read: () => meter.now(measurand) }));
}

function extremeFields({ extremes }: RegisterSources): readonly Field[] {
  return measurandRows.flatMap(({ measurand, maximum, minimum }) => [
    ...(maximum === undefined ? [] : [numberField(maximum, 'float32', { read: () => extremes.maximum(measurand) })]),
    ...(minimum === undefined ? [] : [numberField(minimum, 'float32', { read: () => extremes.minimum(measurand) })]),
  ]);
}

const statusFields = (meter: RegisterSources): readonly Field[] =>
  statusRows.map(({ status, at }) => numberField(at, 'uint32', { read: () => meter.status(status) }));

const demandFields = ({ demand }: RegisterSources): readonly Field[] =>
  demandRows.map(({ figure, at }) => numberField(at, 'float32', { read: () => demand.completed(figure) }));

const energyFields = (meter: RegisterSources): readonly Field[] =>
  energyRows.map(({ counter, at }) =>
    numberField(at, 'float64', {
      read: () => meter.energy(counter),
      write: {
        allows: (value) => value >= 0 && value < ENERGY_ROLLOVER,
        apply: (value) => meter.writeEnergy(counter, value),
      },
    }),
  );

const parameterFields = (meter: RegisterSources): readonly Field[] =>
  parameterRows.map(({ parameter, at, format, allowed }) =>
    numberField(at, format, {
      read: () => meter.settings.parameter(parameter),
      ...(allowed !== 'read only' && {
        write: {
          allows: (value) => isAllowed(value, allowed),
          apply: (value) => meter.writeParameter(parameter, value),
        },
      }),
    }),
  );

const identityFields = ({ serialNumber }: RegisterSources): readonly Field[] =>
  identityRows.map((row) =>
    row.format === 'text'
      ? textField(row.at, row.registers, { read: () => row.value ?? serialNumber })
      : numberField(row.at, row.format, { read: () => row.value }),
  );

const installationFields = (meter: RegisterSources): readonly Field[] =>
  installationRows.map(({ text, at, registers }) =>
    textField(at, registers, {
      read: () => meter.settings.text(text),
      write: (written) => meter.writeText(text, written),
    }),
  );
