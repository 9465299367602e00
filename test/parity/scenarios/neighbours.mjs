import { get, put, queries, quietly, scenario, versions, volume } from '../lib/steps.mjs';

const LIMITS = ['Volumes', 'Snapshots', 'VolumeGigabytes', 'Backups', 'BackupGigabytes'].map(
  (key) => `limits.absolute.maxTotal${key}`,
);
const SERVICE = [
  'host',
  'disabled_reason',
  'zone',
  'state',
  'backend_state',
  'cluster',
  'active_backend_id',
].map((key) => `services.*.${key}`);
const ALIASES = [
  'os-volume-actions',
  'os-admin-actions',
  'os-types-manage',
  'os-types-extra-specs',
  'os-services',
].concat([
  'os-vol-host-attr',
  'os-vol-tenant-attr',
  'os-vol-mig-status-attr',
  'os-availability-zone',
  'os-volume-encryption-metadata',
]);

/** Which extensions exist depends on the deployment; these are the ones clients look for. */
const known = ({ extensions }) => ({
  extensions: extensions
    .filter(({ alias }) => ALIASES.includes(alias))
    .map(({ alias, name, description, links }) => ({ alias, name, description, links })),
});
const attachmentFilters = ({ resource_filters: filters }) => ({
  resource_filters: filters.filter(({ resource }) => ['attachment', 'volume'].includes(resource)),
});

export default {
  group: 'neighbours',
  scenarios: [
    scenario('limits', [
      get('/v3/limits', { mask: LIMITS }),
      get('/v3/limits', { name: 'at 3.0', version: '3.0', mask: LIMITS }),
      get('/v3/{project}/limits', { mask: LIMITS }),
      get('/v3/limits', { as: 'member', mask: LIMITS }),
      get('/v3/limits', { as: 'reader', mask: LIMITS }),
    ]),
    scenario('limits count the volumes', [
      quietly(volume('volumeA', { size: 1 }), volume('volumeB', { size: 2 })),
      get('/v3/limits', { mask: LIMITS }),
    ]),
    scenario('limits of another project', [
      quietly(volume('volumeA', {}, { as: 'noauth foreign' })),
      get('/v3/limits?project_id={foreign}', { version: '3.39', mask: LIMITS }),
      get('/v3/limits?project_id={foreign}', { version: '3.38', name: 'at 3.38', mask: LIMITS }),
    ]),
    scenario('extensions', [
      get('/v3/extensions', { pick: known }),
      get('/v3/extensions', { name: 'as a member', as: 'member', pick: known }),
      get('/v3/extensions/os-services', {
        pick: ({ extension }) => ({ alias: extension.alias, keys: Object.keys(extension).sort() }),
      }),
      get('/v3/extensions/nothing'),
      get('/v3/{project}/extensions', { pick: known }),
    ]),
    scenario('availability zones', [
      get('/v3/os-availability-zone'),
      get('/v3/os-availability-zone', { as: 'member' }),
      get('/v3/{project}/os-availability-zone'),
      get('/v3/os-availability-zone/detail'),
      get('/v3/os-availability-zone/nova'),
    ]),
    scenario('resource filters', [
      versions(
        ['3.32', '3.33', '3.70'],
        get('/v3/resource_filters', { name: 'filters', pick: attachmentFilters }),
      ),
      queries('/v3/resource_filters', [
        'resource=attachment',
        'resource=volume',
        'resource=nothing',
        'resource=',
      ]),
      get('/v3/resource_filters?resource=attachment', { as: 'member' }),
      get('/v3/{project}/resource_filters?resource=attachment'),
    ]),
    scenario('services', [
      versions(
        ['3.0', '3.6', '3.7', '3.48', '3.49', '3.70'],
        get('/v3/os-services', { name: 'services', mask: SERVICE }),
      ),
      queries(
        '/v3/os-services',
        ['binary=cinder-volume', 'binary=nothing', 'host=nothing', 'service=cinder-volume'],
        { mask: SERVICE },
      ),
      get('/v3/os-services', { as: 'member' }),
      get('/v3/os-services', { as: 'admin', name: 'keystone admin', mask: SERVICE }),
      get('/v3/{project}/os-services?host=nothing'),
    ]),
    scenario('changes of services are refused', [
      put('/v3/os-services/disable', { body: {} }),
      put('/v3/os-services/enable', { body: { host: 'nothing', binary: 'cinder-volume' } }),
      put('/v3/os-services/bogus', { body: { host: 'nothing', binary: 'cinder-volume' } }),
      put('/v3/os-services/disable', {
        name: 'as a member',
        as: 'member',
        body: { host: 'nothing', binary: 'cinder-volume' },
      }),
    ]),
    scenario('messages', [
      versions(['3.2', '3.3'], get('/v3/messages', { name: 'messages', mine: 'messages' })),
      get('/v3/messages/{unknown}'),
    ]),
    scenario('snapshots without snapshots', [
      get('/v3/snapshots'),
      get('/v3/snapshots/detail'),
      get('/v3/snapshots/{unknown}'),
      get('/v3/snapshots/{unknown}', { as: 'member' }),
    ]),
    scenario('quota sets', [
      get('/v3/os-quota-sets/{project}', {
        pick: ({ quota_set: set }) => ({
          keys: Object.keys(set)
            .filter((key) => !key.includes('__DEFAULT__') && !key.includes('-'))
            .sort(),
        }),
      }),
      get('/v3/os-quota-sets/{project}?usage=True', {
        pick: ({ quota_set: set }) => ({ volumes: Object.keys(set.volumes).sort() }),
      }),
    ]),
  ],
};
