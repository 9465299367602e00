import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { faultKey } from '../http/faults.js';
import { MAXIMUM, MINIMUM } from '../../microversion/microversion.js';
import { VERSION_HEADER } from '../../microversion/negotiation.js';
import { CONNECTION_INFOS, EXAMPLES, type RecordedExamples } from './examples.js';
import type { OperationDoc } from './describes.js';
import { decorateRoutes } from './route-decorators.js';

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

const DESCRIPTION = `Clinker serves the volume attachments of the OpenStack Block Storage API v3, with the volumes and volume types that they need.

**Microversions.** Send \`${VERSION_HEADER}: volume ${MAXIMUM.toString()}\`. Without the header a request is for ${MINIMUM.toString()}, which has no attachments (404). Each operation names the version that introduced it.

**Project.** Every path also exists with the project id after \`/v3\`: \`/v3/{project_id}/attachments\`.

**Try it out** works right away: the headers are preset, and the ids of the examples stand for the volume and the attachment that you created last. Create a volume, create an attachment, then update, complete and delete it.`;

type Operation = Record<string, unknown> & {
  parameters?: object[];
  responses: Record<string, object | undefined>;
  requestBody?: { content: Record<string, Record<string, unknown>> };
};

/** Faults that any operation may return, from the middleware before it. A policy file may refuse any operation. */
const EVERYWHERE = [400, 401, 403, 404, 406, 413, 415, 500, 503];

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** Creates the OpenAPI 3.1 document of the running application. */
export function createDocument(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Clinker: Block Storage API v3, attachments')
    .setDescription(DESCRIPTION)
    .setVersion(MAXIMUM.toString())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'noauth: `user:project`.' },
      'token',
    )
    .addSecurityRequirements('token')
    .addTag('attachments', 'Bind a volume to a host: reserve, connect, complete, delete.')
    .addTag('volumes', 'The volumes to attach.')
    .addTag('volume types', 'Select the backend of volumes, and multiattach.')
    .addTag('deployment', 'Limits, extensions, services and pools of this server.')
    .addTag(
      'not kept',
      'Resources of Cinder that this server does not have. Lists are empty, so that clients keep working.',
    )
    .addTag('operators', 'For operators of the server; not part of Cinder.')
    .build();
  decorateRoutes(app);
  const document = SwaggerModule.createDocument(app, base, { autoTagControllers: false });
  document.components = { ...document.components, ...sharedComponents() };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method] as unknown as Operation | undefined;
      if (operation !== undefined) complete(operation);
    }
  }
  return document;
}

/** Adds the common parts of an operation: version header, faults, recorded examples. */
function complete(operation: Operation): void {
  const doc = operation['x-clinker-doc'] as OperationDoc | undefined;
  delete operation['x-clinker-doc'];
  if (operation['x-openstack-microversion'] === undefined) return;
  operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/version' }];
  for (const status of EVERYWHERE)
    operation.responses[status] ??= { $ref: `#/components/responses/${faultKey(status)}${status}` };
  for (const [status, description] of Object.entries(doc?.faults ?? {})) {
    operation.responses[status] = faultResponse(Number(status), description);
  }
  for (const { status, mayBeEmpty } of [doc?.success, ...(doc?.also ?? [])].filter(
    (one) => one !== undefined,
  )) {
    if (mayBeEmpty === true)
      Object.assign(operation.responses[status] ?? {}, { 'x-clinker-may-be-empty': true });
  }
  operation.responses = Object.fromEntries(Object.entries(operation.responses).sort());
  addExamples(operation, doc, EXAMPLES);
}

function addExamples(operation: Operation, doc: OperationDoc | undefined, examples: RecordedExamples): void {
  const request = examples.requests[doc?.examples?.request ?? ''];
  const response = examples.responses[doc?.examples?.response ?? ''];
  const body = operation.requestBody?.content['application/json'];
  if (request !== undefined && body !== undefined) body['example'] = request;
  const success = operation.responses[String(doc?.success.status)] as
    { content?: Record<string, Record<string, unknown>> } | undefined;
  const answer = success?.content?.['application/json'];
  if (response !== undefined && answer !== undefined) {
    if (doc?.examples?.ofEveryDriver === true) answer['examples'] = ofEveryDriver(response);
    else answer['example'] = response;
  }
  for (const parameter of (operation.parameters ?? []) as {
    name?: string;
    in?: string;
    example?: unknown;
  }[]) {
    const id = parameter.in === 'path' ? examples.ids[parameter.name ?? ''] : undefined;
    if (id !== undefined) parameter.example = id;
  }
}

/** Returns the recorded attachment of the fake driver, and a copy with each other driver's connection_info. */
function ofEveryDriver(recorded: object): object {
  const { attachment } = recorded as { attachment: object };
  const examples: Record<string, object> = { fake: { summary: 'fake', value: recorded } };
  for (const [driver, info] of Object.entries(CONNECTION_INFOS)) {
    examples[driver] = { summary: driver, value: { attachment: { ...attachment, connection_info: info } } };
  }
  return examples;
}

/** Faults with Retry-After. */
const TEMPORARY: readonly number[] = [413, 503];

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds to wait before a retry, if known.',
    schema: { type: 'integer', minimum: 1 },
  },
};

function faultResponse(status: number, description: string): object {
  return {
    description,
    ...(TEMPORARY.includes(status) ? { headers: RETRY_AFTER } : {}),
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${faultKey(status)}` } } },
  };
}

function sharedComponents(): object {
  const statuses = Object.keys(FAULTS).map(Number);
  const fault = (status: number): object => ({
    type: 'object',
    description: "OpenStack's fault envelope: one key, named by the status.",
    properties: {
      [faultKey(status)]: {
        type: 'object',
        properties: {
          code: { type: 'integer' },
          message: { type: 'string' },
          ...(status === 413 ? { retryAfter: { type: 'string' } } : {}),
        },
        required: ['code', 'message'],
      },
    },
    required: [faultKey(status)],
    additionalProperties: false,
  });
  return {
    schemas: Object.fromEntries(statuses.map((status) => [faultKey(status), fault(status)])),
    responses: Object.fromEntries(
      statuses.map((status) => [`${faultKey(status)}${status}`, faultResponse(status, FAULTS[status] ?? '')]),
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
