import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc, QueryDoc } from '../../api/openapi/describes.js';

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

/** OpenAPI texts and schemas of the deployment operations. */
export const deploymentDocs = {
  limits: {
    id: 'showLimits',
    tag: TAG,
    summary: 'Show limits',
    description:
      "The project's usage and limits; -1 is unlimited. Snapshots and backups are not supported, so their limits are 0.",
    query: [filter('project_id', 'From 3.39, admins only: limits of this project.')],
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
    description:
      "The project's limits; -1 is unlimited. Snapshots, backups and groups are not supported, so their limits are 0. Other projects: admins only.",
    query: [filter('usage', '`true` adds the usage of each.')],
    success: {
      status: 200,
      description: 'The quotas.',
      schema: { type: 'object', properties: { quota_set: { type: 'object' } }, required: ['quota_set'] },
    },
  },
  quotaDefaults: {
    id: 'showDefaultQuotas',
    tag: TAG,
    summary: 'Show the default quotas of projects',
    description: 'Set in the configuration, the same for all projects. Other projects: admins only.',
    success: {
      status: 200,
      description: 'The quotas.',
      schema: { type: 'object', properties: { quota_set: { type: 'object' } }, required: ['quota_set'] },
    },
  },
  quotaClass: {
    id: 'showQuotaClass',
    tag: TAG,
    summary: 'Show the quotas of a class',
    description: 'Set in the configuration, the same for all classes.',
    success: {
      status: 200,
      description: 'The quotas.',
      schema: {
        type: 'object',
        properties: { quota_class_set: { type: 'object' } },
        required: ['quota_class_set'],
      },
    },
  },
  extensions: {
    id: 'listExtensions',
    tag: TAG,
    summary: 'List extensions',
    description: 'Former extensions of the API that this server supports.',
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
    faults: { 404: 'The extension does not exist.' },
  },
  availabilityZones: {
    id: 'listAvailabilityZones',
    tag: TAG,
    summary: 'List availability zones',
    description: 'The zones in which volumes can be created.',
    success: { status: 200, description: 'The zones.', schema: listOf('availabilityZoneInfo') },
  },
  resourceFilters: {
    id: 'listResourceFilters',
    tag: TAG,
    summary: 'List resource filters',
    description: 'The filters that lists accept from callers who are not admins.',
    query: [filter('resource', 'Only the filters of this resource, for example `attachment`.')],
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
