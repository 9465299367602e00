import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { Request } from 'express';
import { Authenticator } from '../../src/auth/authenticator.js';
import type { Identity } from '../../src/auth/request-context.js';
import { Unauthorized } from '../../src/common/errors.js';
import { createLogger } from '../../src/common/logger.js';
import type { Config } from '../../src/config/config.schema.js';
import { loadConfig } from '../../src/config/load-config.js';
import { createApp } from '../../src/create-app.js';
import { Api } from './api.js';
import { emptyDatabaseUrl } from './databases.js';

/**
 * Reads `user:project:role,role` in both tokens: callers of any role, where noauth knows admins only. A caller who
 * holds the role service counts as a service, too.
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
  /** A client with the identity of an admin of a project of its own. */
  readonly api: Api;
  /** All that was logged, a line each. */
  readonly log: string[];
  /** Stops the server and keeps its data; gives back what starts another one on them. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** Settings by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Options of the fake driver: scripted faults and latencies. */
  readonly fake?: object;
  /** Roles from the token instead of noauth. */
  readonly personas?: boolean;
  /** The data of a server that was stopped. */
  readonly continueFrom?: TestApp;
}

/** A whole server on a port and a database of its own, on which database TEST_DATABASE says. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = options.continueFrom?.config.data_folder ?? (await mkdtemp(join(tmpdir(), 'clinker-test-')));
  const database =
    options.continueFrom?.config.database_url ?? (await emptyDatabaseUrl(join(folder, 'clinker.sqlite')));
  const config = loadConfig(
    {
      PORT: '0',
      LOG_LEVEL: 'debug',
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
    api: new Api(url, { token, version: '3.71', project }),
    log: lines,
    stop: () => app.close(),
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
