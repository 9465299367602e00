import http from 'node:http';

/**
 * Sends one request exactly as given: `fetch` would refuse a GET with a body, add a content type of its own
 * and tidy up the path, and those are cases this suite is about.
 */
export function send(base, { method, path, headers, body }) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const request = http.request({
      hostname,
      port,
      method,
      path,
      headers: { ...length, ...headers },
      agent: false,
      timeout: 90_000,
    });
    request.on('timeout', () => request.destroy(new Error(`no answer: ${method} ${path}`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    request.end(body);
  });
}

/** The body of an answer: parsed when it is JSON, the text otherwise, undefined when there is none. */
export function parseBody(text) {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}
