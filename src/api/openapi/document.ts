import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { faultKey } from '../http/faults.js';
import { MAXIMUM, MINIMUM } from '../../microversion/microversion.js';
import { VERSION_HEADER } from '../../microversion/negotiation.js';
import type { RouteRule } from '../auth/policy.guard.js';
import { HISTORY } from '../../microversion/history.js';
import { EXAMPLES } from './examples.js';
import type { OperationDoc } from './describes.js';
import { hoistSchemas } from './named-schemas.js';
import { addedProperties, type Operation, type Parameter } from './operation.js';
import { addExamples } from './operation-examples.js';
import { type DocumentedRange, operationText } from './operation-text.js';
import { PATH_PARAMETERS } from './path-parameters.js';
import { decorateRoutes } from './route-decorators.js';
import { EVERYWHERE, faultResponse, sharedComponents } from './shared-components.js';

const DESCRIPTION = `Clinker serves the volume attachments of the OpenStack Block Storage API v3, with the volumes and volume types that they need.

**Microversions.** Send \`${VERSION_HEADER}: volume ${MAXIMUM.toString()}\`. Without the header a request is for ${MINIMUM.toString()}, which has no attachments (404). Each operation names the version that introduced it and those that changed it.

**Project.** Every path also exists with the project id after \`/v3\`: \`/v3/{project_id}/attachments\`.

**Try it out** works right away: the headers are preset, and the page fills in the ids of the volume, attachment, volume type and message that it saw last. The life of an attachment: [create a volume](#/volumes/createVolume), [reserve it](#/attachments/createAttachment), [connect it to a host](#/attachments/updateAttachment), [complete](#/attachments/completeAttachment) and [delete](#/attachments/deleteAttachment) the attachment. An operation that needs something else first says so.`;

type OperationDocs = ReadonlyMap<string, OperationDoc>;

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** Creates the OpenAPI 3.1 document of the running application. */
export function createDocument(app: INestApplication): OpenAPIObject {
  decorateRoutes(app);
  const document = SwaggerModule.createDocument(app, frame(), { autoTagControllers: false });
  const operations = operationsOf(document);
  const docs = new Map(operations.map(({ operation }) => [docOf(operation)?.id ?? '', docOf(operation)]));
  for (const { path, operation } of operations) complete(path, operation, docs as OperationDocs);
  const schemas: Record<string, unknown> = {};
  document.paths = hoistSchemas(document.paths, schemas) as OpenAPIObject['paths'];
  const shared = sharedComponents();
  const components = { ...document.components, ...shared, schemas: { ...schemas, ...shared.schemas } };
  document.components = components as NonNullable<OpenAPIObject['components']>;
  return document;
}

function frame(): Omit<OpenAPIObject, 'paths'> {
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
  const versions = HISTORY.map(({ version, change }) => ({ version, change }));
  return Object.assign(base, { 'x-openstack-microversions': versions });
}

function operationsOf(document: OpenAPIObject): { path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method] as unknown as Operation | undefined;
      return operation === undefined ? [] : [{ path, operation }];
    }),
  );
}

const docOf = (operation: Operation): OperationDoc | undefined =>
  operation['x-clinker-doc'] as OperationDoc | undefined;

/** Adds the common parts of an operation: its text, parameters, faults and examples. */
function complete(path: string, operation: Operation, docs: OperationDocs): void {
  const doc = docOf(operation);
  const range = operation['x-openstack-microversion'] as DocumentedRange | undefined;
  delete operation['x-clinker-doc'];
  if (range === undefined || doc === undefined) return;
  const rule = operation['x-openstack-policy'] as RouteRule | undefined;
  operation['description'] = operationText({ doc, range, rule, added: addedProperties(operation), docs });
  if (doc.first !== undefined) operation['x-clinker-first'] = doc.first;
  if (doc.usual !== undefined) operation['x-clinker-usual-status'] = doc.usual;
  operation.parameters = [
    ...pathParameters(path, doc),
    ...(operation.parameters ?? []).filter((parameter) => parameter.in !== 'path'),
    { $ref: '#/components/parameters/version' } as Parameter,
  ];
  addFaults(operation, doc);
  addExamples(operation, doc);
}

function pathParameters(path: string, doc: OperationDoc): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const known = PATH_PARAMETERS[name];
    if (known === undefined) throw new Error(`path-parameters.ts does not describe ${name}`);
    const { description, example } = known;
    const shown = doc.path?.[name] ?? example;
    return { name, in: 'path', required: true, description, schema: { type: 'string' }, example: shown };
  });
}

function addFaults(operation: Operation, doc: OperationDoc): void {
  for (const status of EVERYWHERE)
    operation.responses[status] ??= { $ref: `#/components/responses/${faultKey(status)}${status}` };
  for (const [status, description] of Object.entries(doc.faults ?? {})) {
    const recorded = EXAMPLES.faults[doc.id]?.[status];
    operation.responses[status] = faultResponse(Number(status), description, recorded);
  }
  for (const { status, mayBeEmpty } of [doc.success, ...(doc.also ?? [])]) {
    if (mayBeEmpty === true)
      Object.assign(operation.responses[status] ?? {}, { 'x-clinker-may-be-empty': true });
  }
  operation.responses = Object.fromEntries(Object.entries(operation.responses).sort());
}
