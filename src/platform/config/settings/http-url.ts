import { z } from 'zod';
import { trimCharactersEnd } from '../../trim-characters.js';

/** The base URL of an HTTP service, without a slash at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
  .transform((url) => trimCharactersEnd(url, '/'));
