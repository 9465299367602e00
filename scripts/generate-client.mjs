/**
 * Generates what clinker-client knows of the API from openapi.json: `schema.ts` has its types, `operations.ts` a table of its
 * operations. `npm run docs:openapi` writes both; a test compares them with the document.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

/** Where the files are, from the repository. */
export const GENERATED = 'clients/javascript/src/generated';

const HEADER = '// Generated from openapi.json by npm run docs:openapi.\n';
const VERSION_PREFIX = '/v3/';

/** Returns the generated files of a document by name. */
export async function generatedClient(document) {
  return { 'schema.ts': await schemaOf(document), 'operations.ts': operationsOf(document) };
}

async function schemaOf(document) {
  // npm installs it beside the manifest that names it, because its TypeScript is overridden.
  const tools = createRequire(new URL('../packages/development/package.json', import.meta.url));
  const { default: generate, astToString } = tools('openapi-typescript');
  const options = { rootTypes: true, rootTypesNoSchemaPrefix: true };
  return HEADER + astToString(await generate(withoutExamples(document), options));
}

/** The examples are for readers of the page; in the types they would be most of the text. */
function withoutExamples(node, parent) {
  if (Array.isArray(node)) return node.map((item) => withoutExamples(item));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => parent === 'properties' || !/^examples?$/.test(key))
      .map(([key, value]) => [key, withoutExamples(value, key)]),
  );
}

function operationsOf(document) {
  const version = document.components.parameters.version.schema.default.replace('volume ', '');
  const rows = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => rowOf(document, { path, method, operation })),
  );
  return `${HEADER}
/** The newest microversion of the document; the types describe its bodies and answers. */
export const NEWEST_MICROVERSION = '${version}';

/** Each operation by its id. \`page\` names the properties with a page's items and the link to the next page. */
export const OPERATIONS = {
${rows.join('\n')}
} as const;
`;
}

function rowOf(document, { path, method, operation }) {
  assert.ok(path.startsWith(VERSION_PREFIX), `${path} does not begin with ${VERSION_PREFIX}`);
  const columns = [
    `method: '${method.toUpperCase()}'`,
    `path: '${path.slice(VERSION_PREFIX.length - 1)}'`,
    `since: '${operation['x-openstack-microversion'].min}'`,
  ];
  const page = pageOf(document, operation);
  if (page !== undefined) columns.push(`page: ['${page.join("', '")}']`);
  return `  ${operation.operationId}: { ${columns.join(', ')} },`;
}

/** Returns the names of the items and of the links in a page of an operation; nothing if it has no pages. */
function pageOf(document, { parameters, responses }) {
  if (!parameters.some(({ name }) => name === 'marker')) return undefined;
  const schema = resolved(document, responses['200'])?.content['application/json']?.schema;
  const lists = Object.entries(resolved(document, schema)?.properties ?? {}).filter(
    ([, property]) => property.type === 'array',
  );
  const names = lists.map(([name]) => name);
  const links = names.find((name) => name.endsWith('_links'));
  const items = names.find((name) => name !== links);
  return links === undefined || items === undefined ? undefined : [items, links];
}

function resolved(document, node) {
  if (node?.$ref === undefined) return node;
  const path = node.$ref.slice('#/'.length).split('/');
  return resolved(
    document,
    path.reduce((inside, key) => inside[key], document),
  );
}
