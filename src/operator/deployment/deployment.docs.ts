import type { JsonSchema } from '../../api/http/json-schema.js';
import type { OperationDoc, QueryDoc } from '../../api/openapi/describes.js';
import { named } from '../../api/openapi/named-schemas.js';
import { count, flag, only, page, text, textOrNull, TIME } from '../../api/openapi/property-schemas.js';

const TAG = 'deployment';

/** An object that may have more keys: Cinder's clients expect those of its own. */
const open = (
  name: string,
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
): JsonSchema => named(name, { type: 'object', description, properties, additionalProperties: true });

const limits = open('Limits', 'Limits and usage of the project.', {
  rate: {
    type: 'array',
    items: { type: 'object' },
    description: 'Always empty: Cinder has no limits of rates.',
  },
  absolute: {
    type: 'object',
    additionalProperties: { type: 'integer' },
    description:
      'By name: `maxTotal…` the limits, `total…Used` the usage. Sizes (`…Gigabytes…`) are in GiB; -1 is unlimited.',
  },
});

/** Each quota is a limit, or with usage an object. */
const quotas = (name: string): JsonSchema =>
  named(name, {
    type: 'object',
    description:
      'The quotas by name: `volumes`, `gigabytes` (GiB), `attachments` if limited, and others of Cinder.',
    properties: { id: text('The project or class.') },
    additionalProperties: {
      anyOf: [
        { type: 'integer', description: 'The limit; -1 is unlimited.' },
        {
          type: 'object',
          description: 'With `usage`.',
          properties: {
            limit: count('The limit; -1 is unlimited.'),
            in_use: count('How much is used.'),
            reserved: count('How much running operations will use.'),
          },
          additionalProperties: true,
        },
        { type: 'null' },
      ],
    },
  });

const extension = open('Extension', 'A former extension of the API.', {
  alias: text('Its short name.'),
  name: text('Its name.'),
  description: text('What it adds.'),
  updated: text('When Cinder changed it last, with a zone.'),
  links: { type: 'array', items: { type: 'object' }, description: 'Always empty.' },
});

const zone = open('AvailabilityZone', 'A zone in which volumes can be created.', {
  zoneName: text('Its name.'),
  zoneState: {
    type: 'object',
    properties: { available: flag('Whether it can be used.') },
    description: 'Its state.',
  },
});

const filters = open('ResourceFilters', 'The filters of a resource.', {
  resource: text('Name of the resource, for example `attachment`.'),
  filters: { type: 'array', items: { type: 'string' }, description: 'Names of query parameters.' },
});

const service = open('Service', 'A backend as a service of Cinder.', {
  binary: text('Always `cinder-volume`.'),
  host: text('`clinker@<backend>`.'),
  zone: text('Its availability zone.'),
  status: text('`enabled`, or `disabled` if it gets no new volumes.'),
  state: text('`up` if the backend answers, else `down`.'),
  updated_at: textOrNull(`When the state was last known to be true: ${TIME}.`),
  disabled_reason: textOrNull('Why it was disabled, else why it could not be set up; null if neither is so.'),
});

const changedService = open('ChangedService', 'A changed service.', {
  host: text('Its host.'),
  service: text('`service` of the request, else empty.'),
  binary: text('`binary` of the request, else empty.'),
  status: text('`enabled` or `disabled`.'),
  disabled: flag('Whether it gets no new volumes.'),
  disabled_reason: textOrNull('The reason; only of `disable-log-reason`.'),
});

const listOf = (name: string, key: string, items: JsonSchema): JsonSchema => page(name, key, items, {});

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
      schema: only('limits', limits),
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
      schema: only('quota_set', quotas('QuotaSet')),
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
      schema: only('quota_set', quotas('QuotaSet')),
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
      schema: only('quota_class_set', quotas('QuotaClassSet')),
    },
  },
  extensions: {
    id: 'listExtensions',
    tag: TAG,
    summary: 'List extensions',
    description: 'Former extensions of the API that this server supports.',
    success: {
      status: 200,
      description: 'The extensions.',
      schema: listOf('ExtensionList', 'extensions', extension),
    },
  },
  extension: {
    id: 'showExtension',
    tag: TAG,
    summary: 'Show an extension',
    description: 'One extension, by its alias.',
    success: {
      status: 200,
      description: 'The extension.',
      schema: only('extension', extension),
    },
    faults: { 404: 'The extension does not exist.' },
  },
  availabilityZones: {
    id: 'listAvailabilityZones',
    tag: TAG,
    summary: 'List availability zones',
    description: 'The zones of the backends; one is available while a backend of it is enabled.',
    success: {
      status: 200,
      description: 'The zones.',
      schema: listOf('AvailabilityZoneList', 'availabilityZoneInfo', zone),
    },
  },
  resourceFilters: {
    id: 'listResourceFilters',
    tag: TAG,
    summary: 'List resource filters',
    description: 'The filters that lists accept from callers who are not admins.',
    query: [filter('resource', 'Only the filters of this resource, for example `attachment`.')],
    success: {
      status: 200,
      description: 'The filters by resource.',
      schema: listOf('ResourceFiltersList', 'resource_filters', filters),
    },
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
    success: {
      status: 200,
      description: 'The services.',
      schema: listOf('ServiceList', 'services', service),
    },
  },
  changeService: {
    id: 'changeService',
    tag: TAG,
    summary: 'Enable or disable a service',
    description:
      'A backend whose service is disabled gets no new volumes from then on. Its volumes, and their attachments, are not affected. `action` is `enable`, `disable`, or `disable-log-reason`, which keeps a reason.',
    requests: { enable: { host: 'clinker@fake', binary: 'cinder-volume' } },
    success: { status: 200, description: 'The service is changed.', schema: changedService },
    faults: { 404: 'The service does not exist.' },
  },
} as const satisfies Record<string, OperationDoc>;
