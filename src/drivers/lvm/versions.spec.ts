import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandFailed } from '../command/command-runner.js';
import { SimulatedStorageHost } from '../../../test/support/storage/simulated-storage-host.js';

let host: SimulatedStorageHost;
beforeEach(async () => void (host = await SimulatedStorageHost.make()));
afterEach(() => host.remove());

describe('a program that is too old stops the start with what to install:', () => {
  it('tgt', async () => {
    host.tgtd.version = '1.0.82';
    await expect(host.driver({ target: 'tgt' }).setup()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/^tgt 1\.0\.82 does not admit hosts .* install tgt 1\.0\.83 or later/),
    });
    await expect(host.driver({ target: 'lio' }).setup()).resolves.toBeUndefined();
    host.tgtd.version = '1.0.83';
    await expect(host.driver({ target: 'tgt' }).setup()).resolves.toBeUndefined();
  });

  it('lvm2', async () => {
    host.lvm.run = ([program]) => {
      throw new CommandFailed(program, 3, `${program}: unrecognized option '--reportformat'`);
    };
    await expect(host.driver().setup()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('lvm2 2.02.158'),
    });
  });
});
