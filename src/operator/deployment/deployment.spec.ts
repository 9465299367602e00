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
import { selectServices, serviceView } from './services.js';

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

  it.each([
    [{}, backends],
    [{ binary: 'cinder-volume' }, backends],
    [{ binary: 'cinder-scheduler' }, []],
    [{ host: 'clinker@slow' }, ['slow']],
    [{ host: 'clinker' }, backends],
    [{ host: 'clinker@slo' }, []],
    [{ host: 'clinker@slow', binary: 'cinder-backup' }, []],
  ])('%j', (filters, expected) => {
    expect(selectServices(backends, { host: undefined, binary: undefined, ...filters })).toEqual(expected);
  });

  it('gain keys with the versions', () => {
    const keys = (version: typeof MINIMUM) =>
      Object.keys(serviceView({ backend: 'fast', isUp: true, reason: null }, 'nova', 'now', version));
    expect(keys(MINIMUM)).not.toContain('cluster');
    expect(keys(versionOf('clusters'))).toContain('cluster');
    expect(keys(versionOf('clusters'))).not.toContain('backend_state');
    expect(serviceView({ backend: 'fast', isUp: true, reason: null }, 'nova', 'now', MAXIMUM)).toEqual({
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
});

describe('the service of a backend that does not answer', () => {
  it('is down', () => {
    expect(serviceView({ backend: 'fast', isUp: false, reason: null }, 'nova', 'now', MAXIMUM)).toMatchObject(
      {
        status: 'enabled',
        state: 'down',
        backend_state: 'down',
      },
    );
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
