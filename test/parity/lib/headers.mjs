/**
 * Nearly every answer has the same headers. Fixtures call them "usual", so that the unusual ones stand out.
 */
function usualHeaders(version) {
  return {
    'content-type': 'application/json',
    'openstack-api-version': `volume ${version ?? '3.0'}`,
    vary: 'OpenStack-API-Version',
    'x-compute-request-id': '<request-id>',
    'x-openstack-request-id': '<request-id>',
  };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export function foldHeaders(headers, version) {
  return same(headers, usualHeaders(version)) ? 'usual' : headers;
}

export function unfoldHeaders(headers, version) {
  return headers === 'usual' ? usualHeaders(version) : headers;
}
