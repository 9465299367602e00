import { afterEach, describe, expect, it } from '@jest/globals';
import { DocumentedAnswers } from '../../src/api/openapi/documented-answers.js';
import { documentedAnswers } from '../../src/api/openapi/response-validation.js';
import { VolumesService } from '../../src/volumes/index.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;

afterEach(async () => {
  // A server with invalid responses fails when it closes.
  await server.close().catch(() => undefined);
});

const UNFIT = 'a response does not match openapi.json';

/** A server that shows volumes with a string as size. */
async function misshapen(validation: string): Promise<string> {
  server = await createTestApp({ settings: { CLINKER_RESPONSE_VALIDATION: validation } });
  const id = await server.api.volume();
  const service = server.app.get(VolumesService);
  const show = service.show.bind(service);
  Object.assign(service, {
    show: async (...request: Parameters<typeof show>) => ({
      ...(await show(...request)),
      sizeGib: 'hunter2',
    }),
  });
  return id;
}

describe('an answer that does not fit the document', () => {
  it('is sent anyway without validation, the default', async () => {
    const id = await misshapen('');
    const { status, body } = await server.api.get(`/v3/volumes/${id}`);
    expect([status, body.volume.size]).toEqual([200, 'hunter2']);
    expect(server.log.join('')).not.toContain(UNFIT);
    expect(server.config.response_validation).toBe('off');
  });

  it('is logged with warn, without its values', async () => {
    const id = await misshapen('warn');
    const { status, body } = await server.api.get(`/v3/volumes/${id}`);
    expect([status, body.volume.size]).toEqual([200, 'hunter2']);
    const [line = ''] = server.log.filter((one) => one.includes(UNFIT));
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      route: '/v3/volumes/{volume_id}',
      status: 200,
      problem: '/volume/size must be integer',
    });
    expect(line).not.toContain('hunter2');
  });

  it('becomes 500 with error', async () => {
    const id = await misshapen('error');
    const { status, message } = await server.api.get(`/v3/volumes/${id}`);
    expect([status, message]).toEqual([500, 'The response does not match openapi.json.']);
  });

  it('fails the suite that it was given in', async () => {
    const id = await misshapen('error');
    await server.api.get(`/v3/volumes/${id}`);
    await expect(server.close()).rejects.toThrow('/volume/size must be integer');
  });
});

it('is compared with one reading of the document', () => {
  expect(documentedAnswers()).toBeInstanceOf(DocumentedAnswers);
  expect(documentedAnswers()).toBe(documentedAnswers());
});
