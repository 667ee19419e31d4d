import { Ajv, type ErrorObject, type Options } from 'ajv';
import { FileError, type Located } from '#core/located.ts';

/** That our own schemas are schemas is for a test to say: to check it at each start would double the time of reading them. */
const OPTIONS: Options = {
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  verbose: true,
  validateSchema: false,
  meta: false,
};

/**
 * Makes a function that checks a file against a JSON Schema and gives back its value, which then is of the schema's type.
 * Files are read when the program starts: what that takes is made for each and let go.
 */
export function schemaCheck(schema: object): (file: Located) => unknown {
  return (file) => {
    const validate = new Ajv(OPTIONS).compile(schema);
    const value: unknown = file.value;
    if (validate(value)) return value;
    throw refusal(file, mostTelling(validate.errors ?? []));
  };
}

function refusal(file: Located, error: ErrorObject | undefined): FileError {
  const { problem, expected, at } = explain(error);
  const { located, missing } = find(file, at);
  const place = missing === '' ? located.place : { ...located.place, path: at };
  return new FileError('FILE_AGAINST_SCHEMA', place, problem, expected);
}

/** Where alternatives failed, that none fits says more than why the first one does not. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject | undefined {
  return errors.findLast(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf') ?? errors[0];
}

interface Explanation {
  readonly problem: string;
  readonly expected: string;
  /** JSON pointer. */
  readonly at: string;
}

/** Ajv's words, turned to what the writer of the file has to do. */
function explain(error: ErrorObject | undefined): Explanation {
  if (error === undefined) return { problem: 'does not fit its schema', expected: 'see the schema', at: '' };
  const { keyword, instancePath: at, params } = error;
  const says = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required': {
      const problem = `"${String(says['missingProperty'])}" is missing`;
      const strange = unknownIn(error).map((name) => `"${name}"`);
      if (strange.length === 0) return { problem, expected: 'add it', at };
      return { problem: `${problem}, and ${strange.join(', ')} not known here`, expected: 'correct the name', at };
    }
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const name = String(says['additionalProperty'] ?? says['unevaluatedProperty']);
      return {
        problem: `"${name}" is not known here`,
        expected: 'remove it, or correct its name',
        at: `${at}/${name}`,
      };
    }
    case 'enum': {
      const allowed = (says['allowedValues'] as readonly unknown[]).join(', ');
      return { problem: 'not one of the values that it can have', expected: `one of: ${allowed}`, at };
    }
    case 'oneOf':
    case 'anyOf':
      return { problem: 'a part is missing, or there are two where one is enough', expected: descriptionIn(error), at };
    case 'pattern':
      return { problem: `${JSON.stringify(error.data)} is not of the right form`, expected: descriptionIn(error), at };
    case 'type': {
      const type = String(says['type']);
      const problem = `${shown(error.data)} where ${KINDS[type] ?? type} belongs`;
      return { problem, expected: descriptionIn(error), at };
    }
    default:
      return { problem: error.message ?? keyword, expected: descriptionIn(error), at };
  }
}

/** Names that the schema does not have: what is missing is often there, misspelt; or it is another file that was meant. */
function unknownIn({ data, parentSchema }: ErrorObject): readonly string[] {
  const known: unknown = parentSchema?.['properties'];
  if (typeof data !== 'object' || data === null || typeof known !== 'object' || known === null) return [];
  return Object.keys(data).filter((name) => !Object.hasOwn(known, name));
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'a mapping (name: value)',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** What stands in the file, where it is short enough to be shown. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'there is nothing';
  if (Array.isArray(value)) return 'there is a list';
  return typeof value === 'object' ? 'there is a mapping' : `there is ${JSON.stringify(value).slice(0, 60)}`;
}

/** What the schema itself says of the place, else what Ajv makes of it. */
function descriptionIn({ parentSchema, message }: ErrorObject): string {
  const description: unknown = parentSchema?.['description'];
  return typeof description === 'string' ? description : `it ${message ?? 'does not fit the schema'}`;
}

/** Walks a JSON pointer as far as the file goes; `missing` is the rest that it does not have. */
function find(file: Located, pointer: string): { located: Located; missing: string } {
  let located = file;
  const steps = pointer.split('/').slice(1);
  for (const [index, step] of steps.entries()) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const next = located.get(name) ?? located.items()[Number(name)];
    if (next === undefined) return { located, missing: steps.slice(index).join('/') };
    located = next;
  }
  return { located, missing: '' };
}
