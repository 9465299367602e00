import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { Request } from 'express';
import { Authenticator } from '../../src/api/auth/authenticator.js';
import type { Identity } from '../../src/api/auth/request-context.js';
import { Unauthorized } from '../../src/platform/errors.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import type { Config } from '../../src/platform/config/config.schema.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createApp } from '../../src/app/create-app.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { Api } from './api.js';
import { migratedDatabaseUrl } from './databases.js';
import { NEWEST } from './newest.js';

/**
 * Reads `user:project:role,role` from both tokens: callers with any role, while noauth has only admins. A caller with
 * the role service counts as a service, too.
 */
export class PersonaAuthenticator extends Authenticator {
  authenticate(request: Request): Identity {
    const caller = persona(request.get('X-Auth-Token'));
    const serviceToken = request.get('X-Service-Token');
    const service = serviceToken === undefined ? caller : persona(serviceToken);
    const isService = service.roles.has('service');
    if (serviceToken !== undefined && !isService) throw unauthorized();
    return { ...caller, isService };
  }
}

function persona(token = ''): Identity {
  const [userId, projectId, roles] = token.split(':');
  if (!userId || !projectId) throw unauthorized();
  return { userId, projectId, roles: new Set(roles?.split(',')) };
}

const unauthorized = (): Unauthorized =>
  new Unauthorized('The request you have made requires authentication.');

export interface TestApp {
  readonly app: INestApplication;
  readonly config: Config;
  readonly url: string;
  /** A client with the identity of an admin in its own project. */
  readonly api: Api;
  /** Returns the admitted hosts on the default backend, by exported volume. */
  admitted(): Promise<Record<string, readonly string[] | null>>;
  /** The volume node of a split server. */
  readonly node?: TestApp;
  /** Log lines. */
  readonly log: string[];
  /** Stops the server and keeps its data, for `continueFrom`. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** Settings by their environment names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Options of the fake driver: scripted faults and latencies. */
  readonly fake?: object;
  /** Takes roles from the token instead of noauth. */
  readonly personas?: boolean;
  /** A stopped server whose data is used. */
  readonly continueFrom?: TestApp;
}

/**
 * Starts a complete server with its own port and database; TEST_DATABASE selects the database. With TEST_ROLE=split it is an
 * API replica with a volume node, connected by the broker of TEST_TRANSPORT.
 */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const isSplit = process.env['TEST_ROLE'] === 'split' && options.settings?.['CLINKER_ROLE'] === undefined;
  return isSplit ? startSplit(options) : startApp(options);
}

async function startSplit(options: TestAppOptions): Promise<TestApp> {
  const shared = { ...options.settings, CLINKER_TRANSPORT_URL: process.env['TEST_TRANSPORT'] ?? '' };
  const name = options.continueFrom?.node?.config.node_name ?? `node-${randomUUID().slice(0, 8)}`;
  const node = await startApp({
    ...options,
    ...(options.continueFrom?.node === undefined ? {} : { continueFrom: options.continueFrom.node }),
    settings: { ...shared, CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: name },
  });
  const replica = await startApp({
    ...options,
    settings: { ...shared, CLINKER_ROLE: 'api', DATABASE_URL: node.config.database_url ?? '' },
  });
  const both = async (end: (server: TestApp) => Promise<void>): Promise<void> => {
    await end(replica);
    await end(node);
  };
  return {
    ...replica,
    app: withNode(replica.app, node.app),
    node,
    admitted: () => node.admitted(),
    stop: () => both((server) => server.stop()),
    close: () => both((server) => server.close()),
  };
}

/** Providers that tests ask for what only a process with drivers does. */
const AT_BACKENDS: readonly unknown[] = [BackendRegistry, BackgroundWork, Reconciler];

/** The replica's application, with those providers of its node. */
function withNode(replica: INestApplication, node: INestApplication): INestApplication {
  const get: INestApplication['get'] = (token: never) =>
    (AT_BACKENDS.includes(token) ? node : replica).get(token);
  return new Proxy(replica, {
    get: (target, name, receiver) =>
      name === 'get' ? get : (Reflect.get(target, name, receiver) as unknown),
  });
}

async function startApp(options: TestAppOptions): Promise<TestApp> {
  const folder = options.continueFrom?.config.data_folder ?? (await mkdtemp(join(tmpdir(), 'clinker-test-')));
  const database =
    options.continueFrom?.config.database_url ?? (await migratedDatabaseUrl(join(folder, 'clinker.sqlite')));
  const config = loadConfig(
    {
      PORT: '0',
      LOG_LEVEL: 'debug',
      CLINKER_RESPONSE_VALIDATION: 'error',
      CLINKER_DATA_FOLDER: folder,
      DATABASE_URL: database,
      CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', options: options.fake ?? {} }]),
      ...options.settings,
    },
    folder,
  );
  const lines: string[] = [];
  const log = createLogger(config, { write: (line) => void lines.push(line) });
  const app = await createApp(
    config,
    log,
    options.personas ? { authenticator: new PersonaAuthenticator() } : {},
  );
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const project = randomUUID().replaceAll('-', '');
  const token = options.personas ? `admin:${project}:admin,member,reader` : `admin:${project}`;
  return {
    app,
    config,
    url,
    api: new Api(url, { token, version: NEWEST, project }),
    admitted: async () => {
      const backend = app.get(BackendRegistry).default;
      const exports = await backend.listExports({ after: null, limit: 1000 }, '');
      return Object.fromEntries(exports.map((found) => [found.volumeId, found.admitted]));
    },
    log: lines,
    stop: async () => {
      await app.close();
      assertDocumented(lines);
    },
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
      assertDocumented(lines);
    },
  };
}

/** Fails if the server sent a response that does not match openapi.json. The client got 500, which a test may have expected. */
function assertDocumented(log: readonly string[]): void {
  const wrong = log.filter((line) => line.includes('a response does not match openapi.json'));
  if (wrong.length > 0)
    throw new Error(`npm run build && npm run docs:openapi?\n${wrong.slice(0, 10).join('')}`);
}
