/** Requirements on every response, whatever the request. */

const FAULT_KEYS = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  503: 'serviceUnavailable',
};

const REQUEST_ID = /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Texts that only the server's internals can produce: no generated value matches. */
const INSIDE = [
  /\bat .{1,200}:\d+:\d+\b/,
  /\.(js|ts|mjs|cjs):\d+/,
  /node_modules|file:\/\/|node:internal/,
  /SQLITE|QueryFailed|EntityManager|syntax error|no such column|\bER_[A-Z]/,
  /\b(SELECT .{1,300} FROM|INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b/,
  /\b(TypeError|RangeError|ReferenceError|SyntaxError|URIError)\b/,
  /Cannot (read|set|convert)\b|is not (a function|iterable|defined)\b|\[object Object\]/,
];

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

function* faultsOfEnvelope({ status, headers, text }, method) {
  if (headers['content-type'] !== 'application/json') {
    yield `a fault of the type ${headers['content-type']}`;
    return;
  }
  // The headers are those of GET.
  if (method === 'HEAD') return;
  const body = parsed(text) ?? null;
  const key = FAULT_KEYS[status] ?? 'computeFault';
  const fault = body?.[key];
  const isFault = typeof fault?.message === 'string' && fault.message !== '' && fault.code === status;
  if (!isFault || Object.keys(body).length !== 1) yield `no fault envelope with the key ${key}`;
}

/**
 * @param secrets texts that no response may contain, such as the server's folder.
 * @returns the faults of a response, a sentence each.
 */
export function* faultsOfAnswer(answer, { method, secrets }) {
  const { status, headers, text } = answer;
  if (status === 0) {
    yield `no answer: ${text}`;
    return;
  }
  if (status >= 500 && status !== 503) yield `the server failed with ${status}`;
  if (status === 503 && headers['retry-after'] === undefined) yield 'a 503 without Retry-After';
  // As in Cinder, 412 for changed metadata has no body (docs/parity.md).
  if (status === 412 && text !== '') yield 'a 412 with a body';
  if (status >= 400 && status !== 412) yield* faultsOfEnvelope(answer, method);
  else if (headers['content-type'] === 'application/json' && text !== '' && parsed(text) === undefined) {
    yield 'no JSON';
  }
  for (const name of ['x-openstack-request-id', 'x-compute-request-id']) {
    if (!REQUEST_ID.test(headers[name] ?? '')) yield `${name} is ${headers[name]}`;
  }
  if (headers['x-evil'] !== undefined) yield 'a header that the client invented';
  const inside = [
    ...INSIDE.map((pattern) => pattern.exec(text)?.[0]),
    ...secrets.filter((secret) => text.includes(secret)),
  ];
  for (const found of inside.filter(Boolean)) yield `reveals internals: ${found}`;
}
