import type { PolicyRule } from '../auth/policy.js';
import type { Feature } from '../../microversion/history.js';

/** A resource kind that Cinder has and this server does not store. */
export interface AbsentResource {
  /** Path of the list, below `/v3`. */
  readonly path: string;
  readonly since: Feature;
  /** Key of the list in the response. */
  readonly collection: string;
  /** True if Cinder has a `/detail` list. */
  readonly hasDetail: boolean;
  readonly rules: { readonly list: PolicyRule; readonly show: PolicyRule };
  /** Plain-language names, plural and singular. */
  readonly nouns: readonly [many: string, one: string];
  /** Cinder's message for an unknown id; `%s` stands for the id. */
  readonly missing: string;
  /** Part of the operation ids. */
  readonly name: string;
}

const groups = { list: 'group:get_all', show: 'group:get' } as const;
const groupSnapshots = { list: 'group:get_all_group_snapshots', show: 'group:get_group_snapshot' } as const;
const transfers = { list: 'volume:get_all_transfers', show: 'volume:get_transfer' } as const;

/**
 * Clients and dashboards query these first because every Cinder release has them. An empty list lets them continue; an
 * unknown path would stop them. Operations that would change something are omitted.
 */
export const ABSENT_RESOURCES: readonly AbsentResource[] = [
  {
    path: 'backups',
    since: 'base',
    collection: 'backups',
    hasDetail: true,
    rules: { list: 'backup:get_all', show: 'backup:get' },
    nouns: ['backups', 'backup'],
    missing: 'Backup %s could not be found.',
    name: 'Backup',
  },
  {
    path: 'os-volume-transfer',
    since: 'base',
    collection: 'transfers',
    hasDetail: true,
    rules: transfers,
    nouns: ['transfers of volumes', 'transfer of a volume'],
    missing: 'Transfer %s could not be found.',
    name: 'OldTransfer',
  },
  {
    path: 'volume-transfers',
    since: 'transfer-snapshots',
    collection: 'transfers',
    hasDetail: true,
    rules: transfers,
    nouns: ['transfers of volumes', 'transfer of a volume'],
    missing: 'Transfer %s could not be found.',
    name: 'Transfer',
  },
  {
    path: 'group_types',
    since: 'group-types',
    collection: 'group_types',
    hasDetail: false,
    rules: { list: 'deployment:get', show: 'deployment:get' },
    nouns: ['group types', 'group type'],
    missing: 'Group type %s could not be found.',
    name: 'GroupType',
  },
  {
    path: 'groups',
    since: 'groups',
    collection: 'groups',
    hasDetail: true,
    rules: groups,
    nouns: ['groups of volumes', 'group of volumes'],
    missing: 'Group %s could not be found.',
    name: 'Group',
  },
  {
    path: 'group_snapshots',
    since: 'group-snapshots',
    collection: 'group_snapshots',
    hasDetail: true,
    rules: groupSnapshots,
    nouns: ['snapshots of groups', 'snapshot of a group'],
    missing: 'GroupSnapshot %s could not be found.',
    name: 'GroupSnapshot',
  },
  {
    path: 'consistencygroups',
    since: 'base',
    collection: 'consistencygroups',
    hasDetail: true,
    rules: groups,
    nouns: ['consistency groups', 'consistency group'],
    missing: 'Group %s could not be found.',
    name: 'ConsistencyGroup',
  },
  {
    path: 'cgsnapshots',
    since: 'base',
    collection: 'cgsnapshots',
    hasDetail: true,
    rules: groupSnapshots,
    nouns: ['snapshots of consistency groups', 'snapshot of a consistency group'],
    missing: 'GroupSnapshot %s could not be found.',
    name: 'ConsistencyGroupSnapshot',
  },
  {
    path: 'qos-specs',
    since: 'base',
    collection: 'qos_specs',
    hasDetail: false,
    rules: {
      list: 'volume_extension:qos_specs_manage:get_all',
      show: 'volume_extension:qos_specs_manage:get',
    },
    nouns: ['QoS specs', 'QoS spec'],
    missing: 'No such QoS spec %s.',
    name: 'QosSpec',
  },
  {
    path: 'default-types',
    since: 'project-default-type',
    collection: 'default_types',
    hasDetail: false,
    rules: { list: 'volume_extension:default_get_all', show: 'volume_extension:default_get' },
    nouns: ['default volume types of projects', 'default volume type of a project'],
    missing: 'Default type for project %s not found.',
    name: 'ProjectDefaultType',
  },
  {
    path: 'clusters',
    since: 'clusters',
    collection: 'clusters',
    hasDetail: true,
    rules: { list: 'clusters:get_all', show: 'clusters:get' },
    nouns: ['clusters of services', 'cluster of services'],
    missing: 'Cluster %s could not be found.',
    name: 'Cluster',
  },
];
