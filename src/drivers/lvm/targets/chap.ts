import { randomBytes } from 'node:crypto';
import type { ExportDetails } from '../../contract/index.js';
import type { ChapCredentials } from './target.js';

/** Some initiators take 16 characters at most; 12 are the least (RFC 7143 section 12.1.3: 96 bits). */
export function newCredentials(): ChapCredentials {
  return { username: randomBytes(10).toString('hex'), password: randomBytes(12).toString('base64url') };
}

/** The credentials of an earlier export, as far as they can be ones of ours. */
export function credentialsIn(details: ExportDetails | null): ChapCredentials | null {
  const { auth_username: username, auth_password: password } = details ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') return null;
  return isWord(username) && isWord(password) ? { username, password } : null;
}

/** They become words of a configuration file and of a script. */
function isWord(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}
