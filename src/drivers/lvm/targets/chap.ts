import { randomBytes } from 'node:crypto';
import type { ExportDetails } from '../../contract/index.js';
import type { ChapCredentials } from '../../iscsi/iscsi-connection.js';
import type { RecordedExport } from './target.js';

/** 16 characters, the maximum of some initiators; the minimum is 12 bytes (RFC 7143 section 12.1.3: 96 bits). */
export function newCredentials(): ChapCredentials {
  return { username: randomBytes(10).toString('hex'), password: randomBytes(12).toString('base64url') };
}

/** Returns the credentials of an earlier export; null if they cannot be from this driver. */
export function credentialsIn(details: ExportDetails | null): ChapCredentials | null {
  const { auth_username: username, auth_password: password } = details ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') return null;
  return isWord(username) && isWord(password) ? { username, password } : null;
}

/** Returns what hosts were told about the volume's export, ignoring values that cannot be from this driver. */
export function recordedIn(details: ExportDetails | null, name: string): RecordedExport {
  const { target_iqn: iqn } = details ?? {};
  const isOurs = typeof iqn === 'string' && /^iqn\.[a-z0-9.:-]+$/.test(iqn) && iqn.endsWith(name);
  return { iqn: isOurs ? iqn : null, credentials: credentialsIn(details) };
}

/** Credentials become words in a configuration file and a script. */
function isWord(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(text);
}
