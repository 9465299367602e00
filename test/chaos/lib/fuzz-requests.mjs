/** Arbitraries (fast-check) of requests, generated from an OpenAPI document: valid, nearly valid, and noise. */
import fc from 'fast-check';
import { bodiesOf, contentTypes } from './fuzz-bodies.mjs';
import { IN_QUERIES, oddText, valuesOf, weighted } from './fuzz-values.mjs';

/** A lone surrogate, which a text may contain but no URL, becomes a replacement character. */
const encoded = (text) => encodeURIComponent(String(text).toWellFormed());

const parametersOf = (document, operation, place) =>
  (operation.parameters ?? [])
    .map((parameter) =>
      parameter.$ref === undefined
        ? parameter
        : document.components.parameters[parameter.$ref.split('/').at(-1)],
    )
    .filter((parameter) => parameter.in === place);

/** The path with generated parameters, prefixes and suffixes. */
function pathsOf(document, path, operation) {
  const parameters = parametersOf(document, operation, 'path').map(({ name, schema }) =>
    weighted([12, valuesOf(schema, name)], [1, oddText]).map((value) => [name, encoded(value)]),
  );
  const prefixes = weighted(
    [24, fc.constant('/v3/')],
    [12, fc.constant('/v3/chaos/')],
    [1, oddText.map((text) => `/v3/${encoded(text)}/`)],
    [1, fc.constantFrom('/v2/', '/V3/', '/', '//v3/', '/v3//', '/v3/./', 'http://elsewhere.example/v3/')],
  );
  const ends = weighted(
    [30, fc.constant('')],
    [1, fc.constantFrom('.json', '/', '//', '.xml', ';a=b', '%00', '%2e', '%', '%c0%ae', '/..', '#x', '/x')],
  );
  return fc.tuple(fc.tuple(...parameters), prefixes, ends).map(([values, prefix, end]) => {
    const filled = values.reduce((all, [name, value]) => all.replace(`{${name}}`, value), path);
    return `${filled.replace('/v3/', prefix)}${end}`;
  });
}

function queriesOf(document, operation) {
  const pairs = parametersOf(document, operation, 'query').map(({ name, schema }) =>
    weighted([6, valuesOf(schema, name, IN_QUERIES)], [1, oddText]).map((value) => [name, value]),
  );
  const strange = fc.tuple(
    weighted(
      [
        2,
        fc.constantFrom(
          'sort_key',
          'sort_dir',
          'name~',
          'description~',
          'connector',
          'extra_specs',
          'migration_status',
        ),
      ],
      [1, oddText],
    ),
    oddText,
  );
  const anyPair = pairs.length === 0 ? strange : weighted([6, fc.oneof(...pairs)], [1, strange]);
  const documented = fc
    .array(anyPair, { maxLength: 3 })
    .map((all) => all.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'));
  return weighted(
    [pairs.length === 0 ? 1 : 20, documented],
    [pairs.length === 0 ? 20 : 4, fc.constant('')],
    [
      1,
      fc.constantFrom(
        '%',
        '=',
        '&&',
        'a',
        'limit',
        'limit[]=1',
        'limit[a]=1',
        '%ff=1',
        'a=%zz',
        'sort=id&sort=x',
      ),
    ],
  );
}

const versions = ({ 'x-openstack-microversion': { min, max } }) =>
  weighted(
    [20, fc.constant(`volume ${max}`)],
    [
      8,
      fc
        .integer({ min: Number(min.slice(2)), max: Number(max.slice(2)) })
        .map((minor) => `volume 3.${minor}`),
    ],
    [
      1,
      fc.constantFrom('volume latest', 'volume 3.0', `volume ${min}`, 'compute 2.1, volume 3.50', undefined),
    ],
    [
      1,
      fc.constantFrom(
        ...[
          'volume 3.72',
          'volume 3.999',
          'volume 2.0',
          'volume 4.0',
          'volume',
          'volume x',
          'volume 3',
          '3.71',
          '',
        ],
        ...[
          'volume 3.1e1',
          'volume -3.1',
          'volume 3.071',
          'volume NaN',
          'volume 3.71 x',
          ',',
          'x'.repeat(999),
        ],
      ),
    ],
  );

const tokens = weighted(
  [40, fc.constant('admin:chaos')],
  [3, fc.constant('admin:other')],
  [1, fc.constantFrom(undefined, '', ':', 'a:', ':b', 'a:b:c', 'é:ü', 'x'.repeat(600), "' OR 1=1:chaos")],
);

const oddHeaders = weighted(
  [20, fc.constant({})],
  [
    1,
    fc
      .tuple(
        fc.constantFrom(
          ...[
            'X-OpenStack-Request-ID',
            'X-Service-Token',
            'Accept',
            'Accept-Language',
            'If-Match',
            'Range',
            'Cookie',
          ],
          ...[
            'X-Forwarded-Host',
            'X-Forwarded-Proto',
            'X-HTTP-Method-Override',
            'Content-Encoding',
            'Origin',
            'Host',
          ],
        ),
        weighted(
          [1, fc.constantFrom('gzip', '*/*', 'text/html', 'bytes=0-1', 'DELETE', 'a b', '')],
          [1, oddText],
        ),
      )
      .map(([name, value]) => ({ [name]: value })),
  ],
);

const idempotencyKeys = weighted(
  [3, fc.constantFrom('a', 'b', 'c', 'd')],
  [1, fc.uuid()],
  [1, oddText],
  [3, fc.constant(undefined)],
);

function requestsOf(document, path, method, operation) {
  const takesKey = parametersOf(document, operation, 'header').some(({ name }) => name === 'Idempotency-Key');
  return fc
    .record({
      method: weighted(
        [40, fc.constant(method.toUpperCase())],
        [1, fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND')],
      ),
      path: pathsOf(document, path, operation),
      query: queriesOf(document, operation),
      version: versions(operation),
      token: tokens,
      key: takesKey ? idempotencyKeys : fc.constant(undefined),
      odd: oddHeaders,
      type: contentTypes,
      body: bodiesOf(operation),
    })
    .map((drawn) => {
      const headers = {
        'X-Auth-Token': drawn.token,
        'OpenStack-API-Version': drawn.version,
        'Idempotency-Key': drawn.key,
        'Content-Type': drawn.body === undefined ? undefined : drawn.type,
        ...drawn.odd,
      };
      return {
        operation: `${method.toUpperCase()} ${path}`,
        method: drawn.method,
        path: drawn.query === '' ? drawn.path : `${drawn.path}?${drawn.query}`,
        headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
        body: drawn.body,
      };
    });
}

/** Weights of operations: those that change something are the interesting ones. */
const WEIGHTS = {
  'post /v3/volumes/{volume_id}/action': 12,
  'post /v3/attachments': 8,
  'post /v3/volumes': 5,
};

/** Its response ends when the client has had enough, so no request would get one. */
const isEndless = ({ responses }) => responses[200]?.content?.['text/event-stream'] !== undefined;

/** Requests for every operation of a document, except endless ones. */
export function requestsFrom(document) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => !isEndless(operation))
      .map(([method, operation]) => [path, method, operation]),
  );
  return weighted(
    ...operations.map(([path, method, operation]) => [
      WEIGHTS[`${method} ${path}`] ?? (path.includes('attachment') ? 3 : 1),
      requestsOf(document, path, method, operation),
    ]),
  );
}
