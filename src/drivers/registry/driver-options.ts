import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../contract/index.js';
import { frozenCopy } from '../results/frozen-copy.js';

/** A driver's options, or what is wrong with them and how to fix it. */
export type OptionsCheck =
  | { readonly options: JsonObject }
  | {
      readonly problem: string;
      /** False if the fault is the schema's. */
      readonly isOfOptions: boolean;
    };

/**
 * Validates a backend's options against the driver's schema and fills in its defaults. Unknown keywords and formats
 * in the schema are ignored, as JSON Schema specifies.
 */
export function checkOptions(schema: JsonObject, given: JsonObject): OptionsCheck {
  let validate: ValidateFunction;
  try {
    validate = validatorOf(schema);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      problem: `its optionsSchema is no valid JSON Schema: ${reason}. Report it to the driver's author.`,
      isOfOptions: false,
    };
  }
  // The validator writes defaults into its input, but a driver's defaults must not change the configuration.
  const options = structuredClone(given);
  if (validate(options)) return { options: frozenCopy(options, 'options') };
  const faults = (validate.errors ?? []).map(describe).join('; ');
  return {
    problem: `its options do not fit: ${faults}. Correct the backend's "options".`,
    isOfOptions: true,
  };
}

/** Cache: backends of one driver share its schema, and compiling it takes longer than the rest of a driver's start. */
const validators = new WeakMap<JsonObject, ValidateFunction>();

function validatorOf(schema: JsonObject): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  // One instance per schema: two drivers may use the same $id.
  const ajv = new Ajv2020({ useDefaults: true, allErrors: true, strict: false, validateFormats: false });
  const validate = ajv.compile(schema);
  validators.set(schema, validate);
  return validate;
}

function describe(error: ErrorObject): string {
  const where = `options${error.instancePath.replaceAll('/', '.')}`;
  const params = error.params as { additionalProperty?: string; allowedValues?: unknown[] };
  if (params.additionalProperty !== undefined)
    return `${where} has an unknown key "${params.additionalProperty}"`;
  if (params.allowedValues !== undefined) return `${where} must be one of ${params.allowedValues.join(', ')}`;
  return `${where} ${error.message ?? 'is wrong'}`;
}
