import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { InvalidInput } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';
import { pythonRepr } from './python-repr.js';

/** A JSON Schema (2020-12), used to validate requests and to document them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const SHOWN_VALUE_LENGTH = 200;

const ajv = new Ajv2020({ allErrors: false, strict: false, verbose: true });
ajv.addFormat('uuid', { type: 'string', validate: isUuidLike });

const validators = new WeakMap<JsonSchema, ValidateFunction>();

/**
 * Validates a value against a schema.
 * @throws InvalidInput in Cinder's words (docs/specification.md#texts-that-clients-parse): field, value and reason.
 */
export function checkSchema(schema: JsonSchema, value: unknown): void {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  if (validate(value)) return;
  // If no alternative matches, report the anyOf error, not that of the first alternative.
  const error = validate.errors?.find(({ keyword }) => keyword === 'anyOf') ?? validate.errors?.[0];
  if (error === undefined) throw new InvalidInput('Malformed request body');
  throw new InvalidInput(message(error));
}

function message(error: ErrorObject): string {
  const field = error.instancePath.split('/').at(-1)?.replaceAll('~1', '/').replaceAll('~0', '~');
  const why = reason(error);
  if (field === undefined || field === '') return why;
  const value = typeof error.data === 'string' ? error.data : pythonRepr(error.data);
  return `Invalid input for field/attribute ${field}. Value: ${shorten(value)}. ${why}`;
}

function reason({ keyword, params, data, message: ajvMessage }: ErrorObject): string {
  const value = shorten(pythonRepr(data));
  const given = params as Record<string, unknown>;
  switch (keyword) {
    case 'required':
      return `${pythonRepr(given['missingProperty'])} is a required property`;
    case 'additionalProperties':
      return `Additional properties are not allowed (${pythonRepr(given['additionalProperty'])} was unexpected)`;
    case 'type':
      return `${value} is not of type ${[given['type']].flat().map(pythonRepr).join(', ')}`;
    case 'format':
      return `${value} is not a ${pythonRepr(given['format'])}`;
    case 'enum':
      return `${value} is not one of ${pythonRepr(given['allowedValues'])}`;
    case 'anyOf':
      return `${value} is not valid under any of the given schemas`;
    case 'maxProperties':
      return `${value} has too many properties`;
    case 'minProperties':
      return `${value} does not have enough properties`;
    case 'maxLength':
      return `${value} is too long`;
    case 'minLength':
      return `${value} is too short`;
    case 'pattern':
      return `${value} does not match ${pythonRepr(given['pattern'])}`;
    case 'minimum':
      return `${value} is less than the minimum of ${String(given['limit'])}`;
    case 'maximum':
      return `${value} is greater than the maximum of ${String(given['limit'])}`;
    default:
      return `${value} ${ajvMessage ?? 'is not valid'}`;
  }
}

function shorten(text: string): string {
  return text.length <= SHOWN_VALUE_LENGTH ? text : `${text.slice(0, SHOWN_VALUE_LENGTH)}…`;
}
