/** Makes answers of different servers and days comparable: what must differ becomes a `<placeholder>`. */

const SECRET_KEYS = new Set(['auth_username', 'auth_password']);
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g;
const COMPARED_HEADERS = [
  'allow',
  'content-type',
  'etag',
  'location',
  'openstack-api-version',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-auth-token',
  'x-compute-request-id',
  'x-openstack-request-id',
  'x-server-management-url',
];

/** Numbers the uuids nobody captured by their first appearance within one scenario. */
export class UuidNumbers {
  #seen = new Map();

  name(uuid) {
    if (!this.#seen.has(uuid)) this.#seen.set(uuid, this.#seen.size + 1);
    return `<uuid:${this.#seen.get(uuid)}>`;
  }
}

/** `<time.us>`, `<time.s>`, `<time.usZ>`, `<time.us+00:00>`: the format is compared, the moment is not. */
function timeClass(whole, fraction, zone) {
  const digits = fraction === undefined ? 's' : ({ 4: 'ms', 7: 'us' }[fraction.length] ?? 'fraction');
  return `<time.${digits}${zone ?? ''}>`;
}

function maskText(text, { variables, base, numbers }) {
  return variables
    .unfill(text)
    .replaceAll(base, '{base}')
    .replace(/req-[0-9a-f-]{36}/g, '<request-id>')
    .replace(TIME, timeClass)
    .replace(UUID, (uuid) => (numbers === undefined ? '<uuid>' : numbers.name(uuid.toLowerCase())));
}

function maskValue(value, context, key) {
  if (SECRET_KEYS.has(key) && typeof value === 'string') return '<secret>';
  if (typeof value === 'string') return maskText(value, context);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, context));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((name) => [maskText(name, context), maskValue(value[name], context, name)]),
    );
  }
  return value;
}

/** Lists have ties in created_at, so their order counts only in the steps that are about order. */
function sortLists(value, context) {
  if (value === null || typeof value !== 'object') return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sortLists(item, context)]));
  }
  const rank = (item) => JSON.stringify(maskValue(item, { ...context, numbers: undefined }));
  return value
    .map((item) => sortLists(item, context))
    .map((item) => [rank(item), item])
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, item]) => item);
}

/** Replaces what a deployment chooses freely (quotas, host names) by its type: `<number>`. */
function maskPath(body, path) {
  const [key, ...rest] = path.split('.');
  if (body === null || typeof body !== 'object') return body;
  if (key === '*') {
    if (Array.isArray(body))
      return body.map((item) => (rest.length ? maskPath(item, rest.join('.')) : typeName(item)));
    return Object.fromEntries(Object.entries(body).map(([name]) => [name, typeName(body[name])]));
  }
  if (!(key in body)) return body;
  return { ...body, [key]: rest.length ? maskPath(body[key], rest.join('.')) : typeName(body[key]) };
}

function typeName(value) {
  return value === null ? null : `<${typeof value}>`;
}

function normaliseHeaders(headers, context) {
  const kept = COMPARED_HEADERS.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(
    kept.map((name) => {
      const text = maskText(String(headers[name]), context).replace(/; charset=utf-?8$/i, '; charset=utf-8');
      return [name, headerText(name, text)];
    }),
  );
}

function headerText(name, text) {
  if (name.endsWith('request-id')) return '<request-id>';
  if (name === 'etag') return '<etag>';
  if (name === 'www-authenticate') return text.replace(/uri="[^"]*"/, 'uri="<url>"');
  return text;
}

/** The part of a body that a step is about; a body of another shape is compared whole. */
function pick(step, body) {
  try {
    return step.pick(body);
  } catch {
    return body;
  }
}

/** One answer as it is stored in a fixture. */
export function normalise(answer, step, context) {
  let body = answer.body;
  if (step.mine !== undefined && Array.isArray(body?.[step.mine])) {
    body = { ...body, [step.mine]: body[step.mine].filter((item) => context.variables.mentionedIn(item)) };
  }
  if (step.pick !== undefined && answer.status < 300) body = pick(step, body);
  for (const path of step.mask ?? []) body = maskPath(body, path);
  if (!step.ordered) body = sortLists(body, context);
  const result = { status: answer.status, headers: normaliseHeaders(answer.headers, context) };
  if (body !== undefined) result.body = maskValue(body, context);
  return result;
}
