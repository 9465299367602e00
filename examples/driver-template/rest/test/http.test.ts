import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { isDriverError, type DriverErrorCode } from 'clinker-driver';
import { Appliance } from '../src/appliance.js';
import { httpTransport } from '../src/http.js';
import { mockServer } from './mock-server.js';

const TOKEN = 'token-of-the-tests';
const SILENCE_MS = 200;

it('an appliance that answers is understood', async () => {
  await at(mockServer(TOKEN), TOKEN, async (appliance) => {
    const stats = await appliance.capacity(new AbortController().signal);
    assert.deepEqual(stats, { totalGib: 100_000, freeGib: 100_000 });
  });
});

it('a refused token is told, but not the token', async () => {
  await at(mockServer('another'), TOKEN, (appliance) =>
    refuses('INTERNAL', appliance.check(new AbortController().signal)),
  );
});

it('an appliance that accepts and stays silent is UNAVAILABLE when the call is aborted', async () => {
  await at(createServer(), TOKEN, (appliance) =>
    refuses('UNAVAILABLE', appliance.check(AbortSignal.timeout(SILENCE_MS))),
  );
});

it('an answer that is no JSON is an error that says so', async () => {
  const odd = createServer((_request, response) => response.end('<html>'));
  await at(odd, TOKEN, (appliance) => refuses('INTERNAL', appliance.check(new AbortController().signal)));
});

async function at(
  server: Server,
  token: string,
  use: (appliance: Appliance) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  try {
    await use(new Appliance(httpTransport({ url, api_token: token, timeout_s: 30 })));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function refuses(code: DriverErrorCode, call: Promise<unknown>): Promise<void> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(isDriverError(error), String(error));
  assert.equal(error.code, code);
  assert.ok(!error.message.includes(TOKEN));
}
