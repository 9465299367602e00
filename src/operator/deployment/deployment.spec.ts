import { describe, expect, it } from '@jest/globals';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { MAXIMUM, MINIMUM, versionOf } from '../../microversion/microversion.js';
import { extensionsView, extensionView, findExtension } from './extensions.js';
import { limitsView } from './limits.js';
import { queryValue } from './query-value.js';
import {
  ATTACHMENT_FILTERS,
  POOL_FILTERS,
  resourceFiltersView,
  VOLUME_FILTERS,
  VOLUME_TYPE_FILTERS,
} from '../../api/http/resource-filters.js';
import type { BackendService } from '../../volumes/scheduling/index.js';
import { readServiceChange, selectServices, serviceView } from './services.js';

describe('resource filters', () => {
  const attachment = { resource: 'attachment', filters: ATTACHMENT_FILTERS };

  it('are those of the resource that is asked for', () => {
    expect(resourceFiltersView('attachment')).toEqual({ resource_filters: [attachment] });
    expect(resourceFiltersView('nothing')).toEqual({ resource_filters: [] });
  });

  it.each([undefined, ''])('are all for %j', (named) => {
    expect(resourceFiltersView(named)).toEqual({
      resource_filters: [
        { resource: 'volume', filters: VOLUME_FILTERS },
        attachment,
        { resource: 'pool', filters: POOL_FILTERS },
        { resource: 'volume_type', filters: VOLUME_TYPE_FILTERS },
      ],
    });
  });
});

describe('extensions', () => {
  it('are found by alias', () => {
    expect(extensionView(findExtension('os-services'))).toEqual({
      alias: 'os-services',
      name: 'Services',
      description: expect.any(String),
      updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      links: [],
    });
    expect(() => findExtension('nothing')).toThrow(NotFound);
  });

  it('are listed once each', () => {
    const { extensions } = extensionsView() as { extensions: { alias: string }[] };
    const aliases = extensions.map(({ alias }) => alias);
    expect(aliases).toEqual([...new Set(aliases)].sort());
  });
});

describe('services', () => {
  const backends = ['fast', 'slow'];
  const up = (backend: string): BackendService => ({
    backend,
    zone: 'nova',
    isDisabled: false,
    isUp: true,
    updatedAt: 'now',
    reason: null,
  });

  it.each([
    [{}, backends],
    [{ binary: 'cinder-volume' }, backends],
    [{ binary: 'cinder-scheduler' }, []],
    [{ host: 'clinker@slow' }, ['slow']],
    [{ host: 'clinker' }, backends],
    [{ host: 'clinker@slo' }, []],
    [{ host: 'clinker@slow', binary: 'cinder-backup' }, []],
  ])('%j', (filters, expected) => {
    const found = selectServices(backends.map(up), { host: undefined, binary: undefined, ...filters });
    expect(found.map(({ backend }) => backend)).toEqual(expected);
  });

  it('gain keys with the versions', () => {
    const keys = (version: typeof MINIMUM) => Object.keys(serviceView(up('fast'), version));
    expect(keys(MINIMUM)).not.toContain('cluster');
    expect(keys(versionOf('clusters'))).toContain('cluster');
    expect(keys(versionOf('clusters'))).not.toContain('backend_state');
    expect(serviceView(up('fast'), MAXIMUM)).toEqual({
      binary: 'cinder-volume',
      host: 'clinker@fast',
      zone: 'nova',
      status: 'enabled',
      state: 'up',
      updated_at: 'now',
      backend_state: 'up',
      cluster: null,
      disabled_reason: null,
      replication_status: 'disabled',
      active_backend_id: null,
      frozen: false,
    });
  });

  it('are down, or disabled with their reason', () => {
    expect(serviceView({ ...up('fast'), isUp: false }, MAXIMUM)).toMatchObject({
      status: 'enabled',
      state: 'down',
      backend_state: 'down',
    });
    expect(serviceView({ ...up('fast'), isDisabled: true, reason: 'old disks' }, MAXIMUM)).toMatchObject({
      status: 'disabled',
      state: 'up',
      disabled_reason: 'old disks',
    });
  });
});

describe('a change of a service', () => {
  const service = { host: 'clinker@fast', binary: 'cinder-volume' };

  it.each([
    ['enable', service, { isDisabled: false, reason: null }],
    ['disable', service, { isDisabled: true, reason: null }],
    ['disable', { host: 'clinker@fast', service: 'cinder-volume' }, { binary: 'cinder-volume' }],
    ['disable-log-reason', { ...service, disabled_reason: '<b>' }, { isDisabled: true, reason: '<b>' }],
    ['disable-log-reason', service, { isDisabled: true, reason: null }],
  ])('%s %j', (action, body, expected) => {
    expect(readServiceChange(action, body)).toMatchObject(expected);
  });

  it.each([
    ['freeze', service, 'Unknown action'],
    ['__proto__', service, 'Unknown action'],
    ['enable', { ...service, disabled_reason: 'x' }, "('disabled_reason' was unexpected)"],
    ['disable-log-reason', { ...service, disabled_reason: '  ' }, 'minimum character requirement'],
    ['disable', { binary: 'cinder-volume' }, 'Host field is missing.'],
  ])('%s %j is refused', (action, body, message) => {
    expect(() => readServiceChange(action, body)).toThrow(message);
  });
});

describe('limits', () => {
  it('tell what is used and what is allowed', () => {
    const { limits } = limitsView({ volumes: 2, gigabytes: 3 }, { volumes: -1, gigabytes: 9 }) as {
      limits: { rate: []; absolute: object };
    };
    expect(limits.rate).toEqual([]);
    expect(limits.absolute).toMatchObject({
      totalVolumesUsed: 2,
      totalGigabytesUsed: 3,
      maxTotalVolumes: -1,
      maxTotalVolumeGigabytes: 9,
    });
    expect(Object.keys(limits.absolute)).toHaveLength(10);
  });
});

describe('queryValue', () => {
  it('is the last of several', () => {
    expect(queryValue({ host: ['a', 'b'] }, 'host')).toBe('b');
    expect(queryValue({ host: 'a' }, 'binary')).toBeUndefined();
    expect(() => queryValue({ host: 'a\u0000' }, 'host')).toThrow(InvalidInput);
  });
});
