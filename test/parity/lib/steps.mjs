/** The vocabulary the scenarios are written in. */

export const LATEST = '3.70';

/**
 * A scenario: a name, steps, and defaults for its steps (`as` = persona, `version` = microversion).
 * Steps get unique names, because differences are declared by scenario and step.
 */
export function scenario(name, steps, { as = 'noauth', version = '3.54' } = {}) {
  const used = new Map();
  const complete = steps.flat(Infinity).map((step) => {
    const described = { ...step, version: step.version === undefined ? version : step.version };
    const base = described.name ?? describe(described, as);
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return { ...described, name: count === 1 ? base : `${base} (${count})` };
  });
  return { name, as, steps: complete };
}

function describe(step, as) {
  const who = step.as === undefined || step.as === as ? '' : ` as ${step.as}`;
  return `${step.method} ${step.path}${who}`;
}

const request = (method) => (path, options) => ({ method, path, ...options });
export const get = request('GET');
export const put = request('PUT');
export const post = request('POST');
export const del = request('DELETE');

/** The same request with several bodies: `{ 'what is special': body }`. */
export function bodies(method, path, cases, options) {
  return Object.entries(cases).map(([name, body]) => ({ method, path, name, body, ...options }));
}

/** The same request at several microversions. */
export function versions(list, step) {
  return list.map((version) => ({
    ...step,
    version,
    name: `${step.name ?? step.method} at ${version ?? 'no version'}`,
  }));
}

/** The same request with several values of the version header. */
export function versionHeaders(values, step) {
  return values.map((value) => ({
    ...step,
    version: null,
    headers: { ...step.headers, 'OpenStack-API-Version': value },
    name: `version header ${JSON.stringify(value)}`,
  }));
}

/** The same GET with several query strings. */
export function queries(path, list, options) {
  return list.map((query) => ({ method: 'GET', path: `${path}?${query}`, name: query, ...options }));
}

/** A volume that is ready to use. Not recorded: only its later life is of interest. */
export function volume(name = 'volume', body = {}, options = {}) {
  return post('/v3/volumes', {
    name: `make ${name}`,
    setup: true,
    version: LATEST,
    body: { volume: { size: 1, name, ...body } },
    capture: { [name]: 'volume.id' },
    waitFor: { path: `/v3/volumes/{${name}}`, field: 'volume.status', is: 'available' },
    ...options,
  });
}

/** A type whose volumes may be attached several times, made by the admin of the scenario's port. */
export function multiattachType(as = 'noauth') {
  return post('/v3/types', {
    name: 'make multiattach type',
    setup: true,
    as,
    version: LATEST,
    body: { volume_type: { name: 'multi-{run}', extra_specs: { multiattach: '<is> True' } } },
    capture: { multi: 'volume_type.id' },
  });
}

export function connector(host = 'host-a', more = {}) {
  return {
    initiator: `iqn.1994-05.com.example:${host}`,
    ip: '192.0.2.10',
    host,
    platform: 'x86_64',
    os_type: 'linux',
    multipath: false,
    mountpoint: '/dev/vdb',
    ...more,
  };
}

/** Bodies of attachment requests. */
export function attach(fields = {}) {
  return { attachment: { volume_uuid: '{volume}', instance_uuid: '{instance}', ...fields } };
}

export function reserve(name = 'attachment', fields = {}, options = {}) {
  return post('/v3/attachments', {
    name: `reserve ${name}`,
    body: attach(fields),
    capture: { [name]: 'attachment.id' },
    ...options,
  });
}

export function connect(name = 'attachment', fields = connector(), options = {}) {
  return put(`/v3/attachments/{${name}}`, {
    name: `connect ${name}`,
    body: { attachment: { connector: fields } },
    ...options,
  });
}

export function complete(name = 'attachment', options = {}) {
  return post(`/v3/attachments/{${name}}/action`, {
    name: `complete ${name}`,
    body: { 'os-complete': null },
    ...options,
  });
}

export function remove(name = 'attachment', options = {}) {
  return del(`/v3/attachments/{${name}}`, { name: `delete ${name}`, ...options });
}

export function show(name = 'attachment', options = {}) {
  return get(`/v3/attachments/{${name}}`, { name: `show ${name}`, ...options });
}

/** The volume as its attachments leave it: only the fields they change. */
export function volumeState(name = 'volume', label = `state of ${name}`, options = {}) {
  return get(`/v3/volumes/{${name}}`, {
    name: label,
    pick: ({ volume: { status, attachments } }) => ({ volume: { status, attachments } }),
    ...options,
  });
}

/** An action of an administrator that puts a volume into a state, never recorded itself. */
export function act(name, value, volumeName = 'volume') {
  return post(`/v3/volumes/{${volumeName}}/action`, {
    name: `${name} ${JSON.stringify(value)}`,
    setup: true,
    version: LATEST,
    body: { [name]: value },
  });
}

export function resetStatus(status) {
  return act('os-reset_status', { status });
}

/** Steps whose answers are not of interest, but which must succeed; at a version where everything exists. */
export function quietly(...steps) {
  return steps.flat(Infinity).map((step) => ({ version: LATEST, ...step, setup: true }));
}
