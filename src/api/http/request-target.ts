/** Target of a request line (RFC 9112, 3.2). */
export interface RequestTarget {
  /** Path and query; the path is normalized. */
  readonly url: string;
  /** Host of an absolute-form target. */
  readonly authority?: string;
}

const ORIGIN = /^https?:\/\/([^/?#]*)/i;

/** Found only in paths that may need normalization. */
const UNUSUAL = /%|\/[./]/;

const UNRESERVED = /^[\w.~-]$/;

/** Normalizes a target; undefined when it is neither a path nor an HTTP URL. */
export function requestTarget(line: string): RequestTarget | undefined {
  if (line.startsWith('/')) return { url: normalUrl(line) };
  // OPTIONS uses this for the server as a whole.
  if (line === '*') return { url: line };
  const [origin, authority] = ORIGIN.exec(line) ?? [];
  if (origin === undefined || authority === undefined) return undefined;
  const rest = line.slice(origin.length);
  return { authority, url: normalUrl(rest.startsWith('/') ? rest : `/${rest}`) };
}

/** Requests have no fragment (RFC 9110, 7.1); one that is sent is dropped. */
function normalUrl(url: string): string {
  const [asked = ''] = url.split('#', 1);
  const end = asked.indexOf('?');
  return end < 0 ? normalPath(asked) : normalPath(asked.slice(0, end)) + asked.slice(end);
}

/**
 * Normalizes a path (RFC 3986, 6.2.2) and collapses repeated slashes. An encoded slash stays a character of its segment
 * and separates nothing.
 */
export function normalPath(path: string): string {
  if (!UNUSUAL.test(path)) return path;
  const segments = path
    .replace(/%([\da-f]{2})/gi, (triplet, code: string) => {
      const character = String.fromCharCode(Number.parseInt(code, 16));
      return UNRESERVED.test(character) ? character : triplet.toUpperCase();
    })
    .split('/');
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const endsWithSlash = ['', '.', '..'].includes(segments.at(-1) ?? '');
  return `/${kept.join('/')}${endsWithSlash && kept.length > 0 ? '/' : ''}`;
}
