import { randomBytes } from 'node:crypto';
import type { ExportDetails } from 'clinker-driver';
import type { Chap } from './storage.js';

/** 12 random bytes are what RFC 7143 asks for; 16 characters are the most that some initiators take. */
export function newChap(): Chap {
  return { username: randomBytes(8).toString('hex'), password: randomBytes(12).toString('base64url') };
}

/** Returns the credentials of an earlier export, or null. */
export function chapIn(details: ExportDetails | null): Chap | null {
  const { auth_username: username, auth_password: password } = details ?? {};
  return typeof username === 'string' && typeof password === 'string' ? { username, password } : null;
}
