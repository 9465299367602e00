import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../contract/index.js';
import { brickFaults } from './brick-keys.js';

const faults = (protocol: string, data: JsonObject): readonly string[] =>
  brickFaults({ driver_volume_type: protocol, data });

const ONE = { target_portal: '192.0.2.1:3260', target_iqn: 'iqn.2010-10.org.example:v', target_lun: 1 };
const TWO = {
  target_portals: ['192.0.2.1:3260', '192.0.2.2:3260'],
  target_iqns: ['iqn.2010-10.org.example:v', 'iqn.2010-10.org.example:v'],
};

describe('connection data that os-brick can use', () => {
  it.each<[string, string, JsonObject]>([
    ['one path', 'iscsi', ONE],
    ['paths without a path of their own', 'iscsi', { ...TWO, target_luns: [1, 1] }],
    ['paths with one LUN for all', 'iser', { ...TWO, target_lun: 1 }],
    ['no CHAP', 'iscsi', { ...ONE, auth_method: null, auth_username: null, auth_password: null }],
    ['a share without options', 'nfs', { export: '192.0.2.1:/e', name: 'volume' }],
    ['a share with options that are null', 'nfs', { export: '192.0.2.1:/e', name: 'volume', options: null }],
    [
      'NVMe without a UUID',
      'nvmeof',
      { target_nqn: 'nqn.2010-10.org.example:v', vol_uuid: null, portals: [] },
    ],
    ['Ceph with ports that are numbers', 'rbd', { name: 'pool/volume', hosts: ['192.0.2.1'], ports: [6789] }],
    ['a local disk', 'local', { device_path: '/dev/vg/volume' }],
    ['a protocol of others', 'fibre_channel', {}],
  ])('%s', (_title, protocol, data) => {
    expect(faults(protocol, data)).toEqual([]);
  });
});

describe('connection data that os-brick cannot use', () => {
  it.each<[string, JsonObject, string[]]>([
    ['iscsi', { ...ONE, target_lun: '1' }, ['data.target_lun is not an integer']],
    ['iscsi', { ...ONE, target_portal: null }, ['data.target_portal is missing']],
    [
      'iscsi',
      { ...TWO, target_luns: [1] },
      ['data.target_portals, data.target_iqns, data.target_luns are not lists of equal length'],
    ],
    ['iscsi', { ...TWO, target_luns: ['1', '1'] }, ['data.target_luns is not a list of integers']],
    ['nfs', { name: 'volume', options: ['-o'] }, ['data.export is missing', 'data.options is not a text']],
    ['rbd', {}, ['data.name is missing']],
    ['local', { device_path: 1 }, ['data.device_path is not a text']],
    ['nvmeof', { portals: '192.0.2.1' }, ['data.portals is not a list']],
  ])('%s %j', (protocol, data, expected) => {
    expect(faults(protocol, data)).toEqual(expected);
  });
});
