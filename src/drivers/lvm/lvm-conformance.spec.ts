import { describe, it } from '@jest/globals';
import { runConformance } from '../conformance/index.js';
import type { LvmOptions } from './lvm-options.js';
import { lvmSubject, type Steps } from '../../../test/support/storage/lvm-subject.js';

describe.each<readonly [Partial<LvmOptions>, Steps]>([
  [{ target: 'tgt' }, 'commands'],
  [{ target: 'tgt', thin_pool: 'pool', wipe: 'discard' }, 'commands'],
  [{ target: 'lio', portals: ['192.0.2.10:3260', '[2001:db8::10]:3260'] }, 'commands'],
  [{ target: 'lio' }, 'lines of targetcli'],
])('the driver lvm with %j, interrupted in its %s', (options, steps) => {
  runConformance({ describe, it, ...lvmSubject(options, steps) });
});
