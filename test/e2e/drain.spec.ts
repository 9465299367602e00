import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drain } from '../../src/cli/drain.js';
import { runPrinting } from '../support/printed-command.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;

beforeEach(async () => {
  server = await createTestApp();
});
afterEach(() => server.close());

const run = (...args: string[]) => runPrinting(drain, [...args, '--url', server.url]);
const service = async (): Promise<any> => {
  const { services } = (await server.api.get('/v3/os-services')).body;
  return services.find(({ binary }: any) => binary === 'cinder-volume');
};

describe('clinker drain', () => {
  it('keeps new volumes off a backend, and tells what remains', async () => {
    const volume = await server.api.volume();
    expect(await run('fake')).toEqual([1, 'Backend fake gets no new volumes. On it: volumes: 1, 1 GiB.']);
    expect(await service()).toMatchObject({ status: 'disabled', disabled_reason: 'clinker drain' });
    const refused = await server.api.send('POST', '/v3/volumes', { volume: { size: 1 } });
    expect(refused.status).toBe(400);
    await server.api.send('DELETE', `/v3/volumes/${volume}`);
    while ((await server.api.get(`/v3/volumes/${volume}`)).status === 200);
    expect(await run('clinker@fake')).toEqual([
      0,
      'Backend fake gets no new volumes. On it: volumes: 0, 0 GiB.',
    ]);
    expect(await run('fake', '--undo')).toEqual([
      0,
      'Backend fake gets new volumes again. On it: volumes: 0, 0 GiB.',
    ]);
    expect(await service()).toMatchObject({ status: 'enabled' });
  });

  it('keeps the reason when it is repeated without one', async () => {
    await run('fake', '--reason', 'its disks go');
    expect(await run('fake')).toEqual([0, 'Backend fake gets no new volumes. On it: volumes: 0, 0 GiB.']);
    expect(await service()).toMatchObject({ status: 'disabled', disabled_reason: 'its disks go' });
    await run('fake', '--reason', 'its disks have gone');
    expect(await service()).toMatchObject({ disabled_reason: 'its disks have gone' });
  });

  it('says that it was not possible', async () => {
    const [status, text] = await run('nosuch');
    expect([status, text]).toEqual([2, expect.stringMatching(/^clinker drain: .*could not be found/)]);
  });
});
