import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonObject } from '../contract/index.js';
import { frozenCopy } from './frozen-copy.js';

/** The options that a driver gets, or what is wrong with them and how to mend it. */
export type OptionsCheck = { readonly options: JsonObject } | { readonly problem: string };

/**
 * Checks a backend's options with the driver's own schema and fills in its defaults. Unknown keywords and formats
 * of the schema count for nothing, as JSON Schema has it.
 */
export function checkOptions(schema: JsonObject, given: JsonObject): OptionsCheck {
  const ajv = new Ajv2020({ useDefaults: true, allErrors: true, strict: false, validateFormats: false });
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      problem: `its optionsSchema is no valid JSON Schema: ${reason}. Report it to the driver's author.`,
    };
  }
  // The validator writes defaults into what it checks, and the configuration is not the driver's to change.
  const options = structuredClone(given);
  if (validate(options)) return { options: frozenCopy(options, 'options') };
  const faults = (validate.errors ?? []).map(describe).join('; ');
  return { problem: `its options do not fit: ${faults}. Correct the backend's "options".` };
}

function describe(error: ErrorObject): string {
  const where = `options${error.instancePath.replaceAll('/', '.')}`;
  const params = error.params as { additionalProperty?: string; allowedValues?: unknown[] };
  if (params.additionalProperty !== undefined)
    return `${where} has an unknown key "${params.additionalProperty}"`;
  if (params.allowedValues !== undefined) return `${where} must be one of ${params.allowedValues.join(', ')}`;
  return `${where} ${error.message ?? 'is wrong'}`;
}
