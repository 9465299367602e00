import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a key, and a certificate for `localhost` that it signs itself. @returns the paths of both, in the folder. */
export async function selfSigned(folder) {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = spawnSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate, ...subject], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  await chmod(key, 0o600);
  return { key, certificate };
}
