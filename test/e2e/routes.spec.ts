import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { POLICY } from '../../src/api/auth/policy.js';
import { POLICY_RULE } from '../../src/api/auth/policy.guard.js';
import { ACTION, ACTIONS, BODY_SCHEMAS } from '../../src/api/http/body.js';
import { resourcesOf } from '../../src/api/http/resources.js';
import { HISTORY } from '../../src/microversion/history.js';
import { type MicroversionRange, RANGE } from '../../src/microversion/microversion.decorators.js';
import { OPERATION_DOC } from '../../src/api/openapi/describes.js';
import { createDocument } from '../../src/api/openapi/document.js';
import { type Route, routesOf } from '../support/routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let routes: Route[];
let document: any;

beforeAll(async () => {
  server = await createTestApp();
  routes = routesOf(server);
  document = JSON.parse(JSON.stringify(createDocument(server.app)));
});
afterAll(() => server.close());

const missing = (key: symbol): string[] =>
  routes
    .filter(({ handler, isVersioned }) => isVersioned && Reflect.getMetadata(key, handler) === undefined)
    .map(({ name }) => name);

/** POST and PUT in Nest's numbering. */
const WRITES: readonly number[] = [1, 2];

describe('every route', () => {
  it('is found by this test', () => {
    expect(routes.length).toBeGreaterThan(30);
  });

  it('says from which version on it exists', () => {
    expect(missing(RANGE)).toEqual([]);
  });

  it('below /v3 begins with a resource: any other segment is taken for a project id', () => {
    const firsts = routes
      .map(({ path }) => path.split('/'))
      .filter(([, root, first]) => root === 'v3' && first !== undefined)
      .map(([, , first = '']) => first);
    const resources = resourcesOf(server.app);
    expect([...resources].sort()).toEqual([...new Set(firsts)].sort());
    expect([...resources].filter((resource) => !/^[a-z_-]+$/.test(resource))).toEqual([]);
  });

  it('has a policy rule', () => {
    const withoutIdentity = missing(POLICY_RULE).filter((name) => !name.startsWith('VersionsController'));
    expect(withoutIdentity).toEqual([]);
  });

  it('that takes a body says what it takes', () => {
    const silent = routes.filter(
      ({ handler, method, isVersioned }) =>
        isVersioned &&
        WRITES.includes(method) &&
        !Reflect.getMetadata(BODY_SCHEMAS, handler) &&
        !Reflect.getMetadata(ACTION, handler) &&
        !Reflect.getMetadata(ACTIONS, handler),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('begins at a feature that the history calls served', () => {
    const served = new Set<string>(HISTORY.filter((entry) => entry.served).map(({ id }) => id));
    for (const { handler, isVersioned } of routes) {
      const range: MicroversionRange | undefined = Reflect.getMetadata(RANGE, handler);
      if (isVersioned) expect(served).toContain(range?.since);
    }
  });
});

describe('every policy rule', () => {
  /** Rules consulted by services, beyond the rule of a route. */
  const CONSULTED = [
    'volume:multiattach',
    'volume:multiattach_bootable_volume',
    'volume:force_delete',
    'volume:extend_attached_volume',
  ];

  it('is used by a route or consulted by a service', () => {
    const used = new Set(
      routes.flatMap(({ handler }) => {
        const rule = Reflect.getMetadata(POLICY_RULE, handler) ?? [];
        return typeof rule === 'object' ? Object.values(rule) : rule;
      }),
    );
    expect(Object.keys(POLICY).filter((rule) => !used.has(rule) && !CONSULTED.includes(rule))).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  const operations = (): [string, any][] =>
    Object.entries<any>(document.paths).flatMap(([path, methods]) =>
      Object.entries<any>(methods).map(([method, operation]): [string, any] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );

  it('is OpenAPI 3.1 and has every versioned route', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const versioned = routes.filter(
      ({ isVersioned, name }) => isVersioned && !name.startsWith('VersionsController'),
    );
    expect(operations().filter(([, operation]) => operation['x-openstack-microversion'])).toHaveLength(
      versioned.length,
    );
  });

  it('gives every operation a name, a summary, a description, a success and its faults', () => {
    const ids = operations().map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations()) {
      if (operation['x-openstack-microversion'] === undefined) continue;
      expect([name, operation.summary?.length > 5, operation.description?.length > 10]).toEqual([
        name,
        true,
        true,
      ]);
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => status.startsWith('2'))]).toEqual([name, true]);
      for (const status of ['400', '401', '404', '406', '500'])
        expect([name, statuses]).toEqual([name, expect.arrayContaining([status])]);
    }
  });

  it('has each parameter once: a header has one name in any case', () => {
    for (const [name, { parameters = [] }] of operations()) {
      const names = parameters.map(({ $ref, name: own }: any) => $ref ?? own.toLowerCase());
      expect([name, names]).toEqual([name, [...new Set(names)]]);
    }
  });

  it('describes every property of every body, with its meaning', () => {
    const silent: string[] = [];
    const target = ({ $ref }: { $ref?: string }): any =>
      $ref
        ?.slice(2)
        .split('/')
        .reduce((node, key) => node[key], document);
    const visit = (node: any, place: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, schema] of Object.entries<any>(node.properties ?? {}))
        if ((target(schema) ?? schema).description === undefined) silent.push(`${place} ${name}`);
      for (const [key, child] of Object.entries<any>(node))
        if (key !== 'example' && key !== 'examples') visit(child, `${place}/${key}`);
    };
    visit(document, '');
    expect(silent).toEqual([]);
  });

  it('has an example of every body and of every path parameter', () => {
    for (const [name, { parameters = [], requestBody }] of operations()) {
      const blank = parameters.filter((one: any) => one.in === 'path' && one.example === undefined);
      expect([name, blank]).toEqual([name, []]);
      if (requestBody === undefined) continue;
      const examples = Object.values<any>(requestBody.content['application/json'].examples ?? {});
      expect([name, examples.length > 0, examples.every(({ value }) => value !== undefined)]).toEqual([
        name,
        true,
        true,
      ]);
    }
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(references.length).toBeGreaterThan(100);
    for (const path of references) {
      expect([path, path.split('/').reduce((node, key) => node?.[key], document)]).toEqual([
        path,
        expect.anything(),
      ]);
    }
  });

  it('is the one that is committed as openapi.json (npm run docs:openapi), and served', async () => {
    const committed = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(document);
    expect(await (await fetch(`${server.url}/openapi.json`)).json()).toEqual(document);
  });

  it('has every route that is described, and leaves out none below /v3', () => {
    const described = routes.filter(
      ({ handler }) => Reflect.getMetadata(OPERATION_DOC, handler) !== undefined,
    );
    expect(operations()).toHaveLength(described.length);
    const silent = routes.filter(
      ({ handler, isVersioned }) => isVersioned && Reflect.getMetadata(OPERATION_DOC, handler) === undefined,
    );
    expect(silent.map(({ name }) => name).filter((name) => !name.startsWith('VersionsController'))).toEqual(
      [],
    );
  });
});

describe('docs/configuration.md', () => {
  it('has the table of the schema (npm run docs:config)', async () => {
    const { configTable } = await import('../../src/platform/config/config-table.js');
    const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const options = { ...(await resolveConfig('README.md')), parser: 'markdown' };
    expect(page).toContain((await format(configTable(), options)).trim());
  });
});
