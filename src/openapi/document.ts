import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { RouteRule } from '../auth/policy.guard.js';
import { POLICY } from '../auth/policy.js';
import { faultKey } from '../http/faults.js';
import { MAXIMUM, MINIMUM } from '../microversion/microversion.js';
import { VERSION_HEADER } from '../microversion/negotiation.js';
import { CONNECTION_INFOS, EXAMPLES, type RecordedExamples } from './examples.js';
import type { OperationDoc } from './describes.js';

const FAULTS: Readonly<Record<number, string>> = {
  400: 'The request is malformed, or the state of what it names forbids it.',
  401: 'The token is missing or not valid. (With noauth, a request without a token is answered with 204 and one to use.)',
  403: "The caller's roles do not allow it; the text names the rule.",
  404: 'There is no such thing for this caller, or not in this microversion; the text says which one has it.',
  406: 'The microversion is not supported; the text names the range.',
  409: 'The state of the resource conflicts with the request.',
  413: 'The body is larger than the server accepts.',
  415: 'The body is not JSON.',
  500: 'A backend failed; the text says which one and why.',
};

const DESCRIPTION = `Clinker serves the volume attachments of the OpenStack Block Storage API v3, with the volumes and types that they need.

**Microversions.** Send \`${VERSION_HEADER}: volume 3.71\`. Without the header a request is for ${MINIMUM.toString()}, where attachments do not exist yet (404). Each operation names the version that brought it.

**Project.** Every path exists with the project id after \`/v3\` as well: \`/v3/{project_id}/attachments\`.

**Try it out** works as this page opens: the headers are preset, and the ids of the examples stand for the volume and the attachment that you created last. In order: create a volume, create an attachment, update it, complete it, delete it.`;

type Operation = Record<string, unknown> & {
  parameters?: object[];
  responses: Record<string, object | undefined>;
  requestBody?: { content: Record<string, Record<string, unknown>> };
};

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** The OpenAPI 3.1 document of the running application. */
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
    .addTag('attachments', 'A volume bound to a host: reserved, connected, completed, deleted.')
    .addTag('volumes', 'What is attached.')
    .addTag('volume types', 'Kinds of volumes: backend, multiattach.')
    .addTag('deployment', 'What this server offers.')
    .addTag('operators', 'For those who run the server; not part of Cinder.')
    .build();
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

/** Adds to an operation what is the same for all of its kind: the version header, faults, recorded examples. */
function complete(operation: Operation): void {
  const doc = operation['x-clinker-doc'] as OperationDoc | undefined;
  delete operation['x-clinker-doc'];
  if (operation['x-openstack-microversion'] === undefined) return;
  operation.parameters = [...(operation.parameters ?? []), { $ref: '#/components/parameters/version' }];
  const rule = operation['x-openstack-policy'] as RouteRule | undefined;
  const statuses = [400, 401, 404, 406, 500];
  const rules = typeof rule === 'object' ? Object.values(rule) : [rule ?? []].flat();
  if (rules.some((one) => POLICY[one].check !== 'anyone')) statuses.push(403);
  if (operation.requestBody !== undefined) statuses.push(413, 415);
  for (const status of statuses)
    operation.responses[status] ??= { $ref: `#/components/responses/${faultKey(status)}${status}` };
  for (const [status, description] of Object.entries(doc?.faults ?? {})) {
    operation.responses[status] = faultResponse(Number(status), description);
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

/** The recorded attachment, which is of the fake driver, and the same with what the others answer. */
function ofEveryDriver(recorded: object): object {
  const { attachment } = recorded as { attachment: object };
  const examples: Record<string, object> = { fake: { summary: 'fake', value: recorded } };
  for (const [driver, info] of Object.entries(CONNECTION_INFOS)) {
    examples[driver] = { summary: driver, value: { attachment: { ...attachment, connection_info: info } } };
  }
  return examples;
}

function faultResponse(status: number, description: string): object {
  return {
    description,
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
        properties: { code: { type: 'integer' }, message: { type: 'string' } },
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
