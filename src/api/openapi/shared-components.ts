import { MAXIMUM, MINIMUM } from '../../microversion/microversion.js';
import { VERSION_HEADER } from '../../microversion/negotiation.js';
import { faultKey } from '../http/faults.js';
import { EXAMPLES } from './examples.js';
import { titled } from './operation-examples.js';

const FAULTS: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or the state of the resource does not allow it.',
  401: 'The token is missing or not valid. (With noauth, a request without a token gets 204 and a token to use.)',
  403: "The caller's roles do not allow it; the message names the rule.",
  404: 'The resource does not exist for this caller, or the operation does not exist in this microversion; the message names the one that has it.',
  406: 'The microversion is not supported; the message names the range.',
  409: 'The state of the resource conflicts with the request.',
  413: 'The body is larger than the server accepts, or a quota or the rate limit is exceeded.',
  415: 'The body is not JSON.',
  500: 'A backend failed; the message says which one and why.',
  501: "The backend's driver cannot do this.",
  503: 'The server or a backend is unavailable; try again after Retry-After.',
};

/** Faults that any operation may return, from the middleware before it. A policy file may refuse any operation. */
export const EVERYWHERE = [400, 401, 403, 404, 406, 413, 415, 500, 503];

/** Faults with Retry-After. */
const TEMPORARY: readonly number[] = [413, 503];

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before a retry, if known.',
    schema: { type: 'integer', minimum: 1 },
  },
};

const RETRY_AFTER_TEXT = {
  type: 'string',
  description: 'Seconds to wait before a retry, as in the header; only if known.',
};

/** What a request without a valid token gets, in the words of Keystone's middleware. */
const NO_VALID_TOKEN = {
  type: 'object',
  description: 'The token is missing or not valid.',
  properties: {
    error: {
      type: 'object',
      description: 'The fault.',
      properties: {
        code: { type: 'integer', description: 'The HTTP status.' },
        title: { type: 'string', description: 'Name of the status.' },
        message: { type: 'string', description: 'What went wrong, for people.' },
      },
      required: ['code', 'title', 'message'],
    },
  },
  required: ['error'],
  additionalProperties: false,
};

/** @param recorded responses of a real run, by title; by default those of any operation with the status. */
export function faultResponse(
  status: number,
  description: string,
  recorded = EXAMPLES.faults['any']?.[status],
): object {
  const schema = { $ref: `#/components/schemas/${faultKey(status)}` };
  return {
    description,
    ...(TEMPORARY.includes(status) ? { headers: RETRY_AFTER } : {}),
    content: {
      'application/json': { schema, ...(recorded === undefined ? {} : { examples: titled(recorded) }) },
    },
  };
}

/** Returns the components of every operation: faults and the version header. */
export function sharedComponents(): {
  readonly schemas: object;
  readonly responses: object;
  readonly parameters: object;
} {
  const statuses = Object.keys(FAULTS).map(Number);
  const fault = (status: number): object => ({
    type: 'object',
    description: "OpenStack's fault envelope: one key, named by the status.",
    properties: {
      [faultKey(status)]: {
        type: 'object',
        description: 'The fault.',
        properties: {
          code: { type: 'integer', description: 'The HTTP status.' },
          message: { type: 'string', description: 'What went wrong, for people.' },
          ...(status === 413 ? { retryAfter: RETRY_AFTER_TEXT } : {}),
        },
        required: ['code', 'message'],
      },
    },
    required: [faultKey(status)],
    additionalProperties: false,
  });
  return {
    schemas: {
      ...Object.fromEntries(statuses.map((status) => [faultKey(status), fault(status)])),
      unauthorized: { anyOf: [NO_VALID_TOKEN, fault(401)] },
    },
    responses: Object.fromEntries(
      EVERYWHERE.map((status) => [
        `${faultKey(status)}${status}`,
        faultResponse(status, FAULTS[status] ?? ''),
      ]),
    ),
    parameters: {
      version: {
        name: VERSION_HEADER,
        in: 'header',
        description: `\`volume <microversion>\` or \`volume latest\`; ${MINIMUM.toString()} to ${MAXIMUM.toString()}.`,
        schema: { type: 'string', default: `volume ${MAXIMUM.toString()}` },
      },
    },
  };
}
