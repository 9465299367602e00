import { CommandFailed } from '../command/command-runner.js';
import { DriverError } from '../contract/index.js';

/** Converts a CommandFailed to a DriverError; returns other errors unchanged. */
export function nfsFailure(what: string, thrown: unknown): unknown {
  if (!(thrown instanceof CommandFailed)) return thrown;
  const { stderr } = thrown;
  const options = { cause: thrown };
  if (/No space left|Disk quota exceeded|File too large/.test(stderr)) {
    return new DriverError('RESOURCE_EXHAUSTED', `${what}: no space is left on the share`, options);
  }
  if (/Failed to get .* lock/.test(stderr)) {
    return new DriverError('BUSY', `${what}: a host still has the volume's file open`, options);
  }
  if (/Stale file handle|Input\/output error|Transport endpoint|Host is down/.test(stderr)) {
    return new DriverError('UNAVAILABLE', `${what}: the share is lost; unmount it with umount -l`, options);
  }
  if (/need a \/sbin\/mount|unknown filesystem type/.test(stderr)) {
    const message = `${what}: the NFS client is missing; install nfs-common (Debian) or nfs-utils (RHEL)`;
    return new DriverError('INTERNAL', message, options);
  }
  return new DriverError('UNAVAILABLE', `${what}: ${thrown.message}`, options);
}

/** Returns true if a command failed because a file does not exist. */
export function isMissing(thrown: unknown): boolean {
  return thrown instanceof CommandFailed && thrown.stderr.includes('No such file or directory');
}
