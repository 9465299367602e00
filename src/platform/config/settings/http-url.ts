import { z } from 'zod';
import { trimCharactersEnd } from '../../trim-characters.js';

/** An address for HTTP requests. `fetch` refuses one with a password, and quotes it. */
export const httpAddress = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
  .refine((url) => !hasCredentials(url), 'must have no user and password');

/** The base URL of an HTTP service, without a slash at its end. */
export const httpUrl = httpAddress.transform((url) => trimCharactersEnd(url, '/'));

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
