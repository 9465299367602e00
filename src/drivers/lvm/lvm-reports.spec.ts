import { describe, expect, it } from '@jest/globals';
import { isThinPool, logicalVolumesIn, volumeGroupsIn, zeroesBlocks } from './lvm-reports.js';

/** Recorded from lvm2 2.03.16: lvs --reportformat json --units b --nosuffix. */
const LVS = `  {
      "report": [
          {
              "lv": [
                  {"lv_name":"volume-1", "lv_size":"1073741824", "lv_attr":"-wi-a-----", "data_percent":""},
                  {"lv_name":"pool", "lv_size":"2147483648", "lv_attr":"twi-aotz--", "data_percent":"12.50"}
              ]
          }
      ]
  }
`;

describe('the reports of LVM', () => {
  it('tell names, sizes in bytes and how full a pool is', () => {
    const [linear, pool] = logicalVolumesIn(LVS);
    expect(linear).toEqual({
      name: 'volume-1',
      bytes: 2 ** 30,
      attributes: '-wi-a-----',
      dataPercent: null,
      tags: [],
    });
    expect(pool?.dataPercent).toBe(12.5);
  });

  it('tell a thin pool that zeroes its blocks', () => {
    const [linear, pool] = logicalVolumesIn(LVS);
    expect([linear, pool].map((volume) => volume !== undefined && isThinPool(volume))).toEqual([false, true]);
    expect(pool !== undefined && zeroesBlocks(pool)).toBe(true);
  });

  it('of a selection that matches nothing are empty', () => {
    expect(logicalVolumesIn('{"report": [{"lv": []}]}')).toEqual([]);
  });

  it('tell the capacity of a group', () => {
    const output = '{"report": [{"vg": [{"vg_name":"vg", "vg_size":"4290772992", "vg_free":"3217031168"}]}]}';
    expect(volumeGroupsIn(output)).toEqual([{ name: 'vg', bytes: 4290772992, freeBytes: 3217031168 }]);
  });

  it.each(['', 'lvs: command', '{}', '{"report": []}', '{"report": [{"lv": [{"lv_name": 3}]}]}'])(
    'are refused when they are none: %p',
    (output) => {
      expect(() => logicalVolumesIn(output)).toThrow("LVM's report");
    },
  );
});
