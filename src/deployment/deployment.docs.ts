import type { JsonSchema } from '../http/json-schema.js';
import type { OperationDoc, QueryDoc } from '../openapi/describes.js';

const TAG = 'deployment';

const listOf = (key: string): JsonSchema => ({
  type: 'object',
  properties: { [key]: { type: 'array', items: { type: 'object' } } },
  required: [key],
});

const filter = (name: string, description: string): QueryDoc => ({
  name,
  description,
  schema: { type: 'string' },
});

/** Texts and schemas of the operations about the deployment for the OpenAPI document. */
export const deploymentDocs = {
  limits: {
    id: 'showLimits',
    tag: TAG,
    summary: 'Show limits',
    description: 'How much of everything the project uses, and may use at most; -1 is no limit.',
    query: [filter('project_id', 'From 3.39, admins: of this project.')],
    success: {
      status: 200,
      description: 'The limits.',
      schema: { type: 'object', properties: { limits: { type: 'object' } }, required: ['limits'] },
    },
  },
  quotaSet: {
    id: 'showQuotaSet',
    tag: TAG,
    summary: 'Show the quotas of a project',
    description: 'How much the project may use at most; -1 is no limit. Of other projects: admins.',
    query: [filter('usage', '`true`: with what is used of each.')],
    success: {
      status: 200,
      description: 'The quotas.',
      schema: { type: 'object', properties: { quota_set: { type: 'object' } }, required: ['quota_set'] },
    },
  },
  extensions: {
    id: 'listExtensions',
    tag: TAG,
    summary: 'List extensions',
    description: 'The parts of the API that were extensions once and that this server has.',
    success: { status: 200, description: 'The extensions.', schema: listOf('extensions') },
  },
  extension: {
    id: 'showExtension',
    tag: TAG,
    summary: 'Show an extension',
    description: 'One extension, by its alias.',
    success: {
      status: 200,
      description: 'The extension.',
      schema: { type: 'object', properties: { extension: { type: 'object' } }, required: ['extension'] },
    },
    faults: { 404: 'There is no such extension.' },
  },
  availabilityZones: {
    id: 'listAvailabilityZones',
    tag: TAG,
    summary: 'List availability zones',
    description: 'The zones that volumes can be made in.',
    success: { status: 200, description: 'The zones.', schema: listOf('availabilityZoneInfo') },
  },
  resourceFilters: {
    id: 'listResourceFilters',
    tag: TAG,
    summary: 'List resource filters',
    description: 'The filters that lists take from callers who are not admins.',
    query: [filter('resource', 'Only the filters of this resource, for instance `attachment`.')],
    success: { status: 200, description: 'The filters by resource.', schema: listOf('resource_filters') },
  },
  services: {
    id: 'listServices',
    tag: TAG,
    summary: 'List services',
    description: 'One cinder-volume service for each backend.',
    query: [
      filter('host', 'Only this host, `clinker@<backend>`.'),
      filter('binary', 'Only `cinder-volume`.'),
    ],
    success: { status: 200, description: 'The services.', schema: listOf('services') },
  },
} as const satisfies Record<string, OperationDoc>;
