import { describe, expect, it } from '@jest/globals';
import { MAXIMUM, Microversion } from '../microversion/microversion.js';
import type { VolumeDetail } from './volume/volume-detail.js';
import { createdVolumeView, summaryView, type Viewer, volumeView } from './volume.view.js';

const VOLUME: VolumeDetail = {
  id: 'v',
  projectId: 'p',
  userId: 'u',
  name: 'n',
  description: null,
  sizeGib: 2,
  status: 'available',
  attachStatus: 'detached',
  migrationStatus: null,
  multiattach: false,
  bootable: false,
  readonly: false,
  readonlySet: false,
  volumeTypeId: 't',
  backend: 'fake',
  availabilityZone: 'nova',
  encryptionKeyId: null,
  errorReason: 'a secret of ours',
  createdAt: '2026-01-31T12:00:00.000000',
  updatedAt: null,
  typeName: 'type',
  metadata: { a: 'b' },
  attachments: [],
};

const BASE = [
  'attachments',
  'availability_zone',
  'bootable',
  'consistencygroup_id',
  'created_at',
  'description',
  'encrypted',
  'id',
  'links',
  'metadata',
  'multiattach',
  'name',
  'os-vol-tenant-attr:tenant_id',
  'replication_status',
  'size',
  'snapshot_id',
  'source_volid',
  'status',
  'updated_at',
  'user_id',
  'volume_type',
];

const ADMIN = [
  'migration_status',
  'os-vol-host-attr:host',
  'os-vol-mig-status-attr:migstat',
  'os-vol-mig-status-attr:name_id',
];

function viewer(version: string, role: 'admin' | 'member' | 'service' = 'member'): Viewer {
  const parsed = Microversion.parse(version);
  if (parsed === null) throw new Error(version);
  return {
    ctx: { isAdmin: role === 'admin', isService: role === 'service' },
    version: parsed,
    links: (id) => [{ rel: 'self', href: `/${id}` }],
  };
}

const show = (version: string, role?: 'admin' | 'member' | 'service', changes: Partial<VolumeDetail> = {}) =>
  volumeView({ ...VOLUME, ...changes }, viewer(version, role)) as Record<string, unknown>;

const newKeys = (before: string, after: string, role: 'admin' | 'member') => {
  const known = new Set(Object.keys(show(before, role)));
  return Object.keys(show(after, role)).filter((key) => !known.has(key));
};

describe('a volume', () => {
  it('shows no key that Cinder does not show', () => {
    expect(Object.keys(show('3.0')).sort()).toEqual(BASE);
    expect(Object.keys(show('3.0', 'admin')).sort()).toEqual([...BASE, ...ADMIN].sort());
  });

  it.each([
    ['3.12', '3.13', ['group_id'], ['group_id']],
    ['3.20', '3.21', ['provider_id'], []],
    ['3.47', '3.48', ['shared_targets', 'service_uuid'], ['shared_targets', 'service_uuid']],
    ['3.60', '3.61', ['cluster_name'], []],
    ['3.62', '3.63', ['volume_type_id'], ['volume_type_id']],
    ['3.64', '3.65', ['consumes_quota'], ['consumes_quota']],
    ['3.65', MAXIMUM.toString(), [], []],
  ])('between %s and %s gains for admins %j, for members %j', (before, after, admins, members) => {
    expect(newKeys(before, after, 'admin')).toEqual(admins);
    expect(newKeys(before, after, 'member')).toEqual(members);
  });

  it('names its key from 3.64 on, if it has one', () => {
    expect(show('3.63', 'member', { encryptionKeyId: 'k' })).not.toHaveProperty('encryption_key_id');
    expect(show('3.64', 'member', { encryptionKeyId: 'k' })).toMatchObject({
      encrypted: true,
      encryption_key_id: 'k',
    });
  });

  it('shows admins its host', () => {
    expect(show('3.0', 'admin')['os-vol-host-attr:host']).toBe('clinker@fake#fake');
  });

  it('has the flag of read-only volumes among its metadata', () => {
    expect(show('3.0', 'member', { readonly: true, readonlySet: true })['metadata']).toEqual({
      a: 'b',
      readonly: 'True',
    });
    expect(show('3.0', 'member', { readonlySet: true })['metadata']).toEqual({ a: 'b', readonly: 'False' });
  });

  it.each([
    ['admin', 'h'],
    ['service', 'h'],
    ['member', null],
  ] as const)('tells a %s that the host of an attachment is %s', (role, host) => {
    const attachTime = '2026-01-31T12:00:00.000001';
    const attachments = [
      { id: 'a', instanceUuid: 'i', attachedHost: 'h', mountpoint: '/dev/vdb', attachTime },
    ];
    expect(show(MAXIMUM.toString(), role, { attachments })['attachments']).toEqual([
      {
        id: 'v',
        attachment_id: 'a',
        volume_id: 'v',
        server_id: 'i',
        host_name: host,
        device: '/dev/vdb',
        attached_at: attachTime,
      },
    ]);
  });

  it('is answered to a create without what extensions add, and without a service', () => {
    const created = createdVolumeView({ ...VOLUME, status: 'creating' }, viewer(MAXIMUM.toString(), 'admin'));
    expect(Object.keys(created).filter((key) => key.startsWith('os-'))).toEqual([]);
    expect(created).toMatchObject({ migration_status: null, service_uuid: null });
  });

  it('has id, name and links in a list', () => {
    expect(summaryView(VOLUME, viewer('3.0'))).toEqual({
      id: 'v',
      name: 'n',
      links: [{ rel: 'self', href: '/v' }],
    });
  });
});
