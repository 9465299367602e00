import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { isGone, ownPlace } from './process-place.js';

const place = ownPlace();
const withId = (pid: number, start?: string): string => {
  const parts = (place ?? '').split(' ');
  parts[2] = String(pid);
  if (start !== undefined) parts[3] = start;
  return parts.join(' ');
};

const onProc = place === null ? describe.skip : describe;

onProc('the place of a process', () => {
  it('is not given up by one that lives', () => {
    expect(isGone(place)).toBe(false);
  });

  it('is given up by one that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(isGone(withId(child.pid ?? 0))).toBe(true);
  });

  it('is given up when its id belongs to a later process', () => {
    expect(isGone(withId(process.pid, '1'))).toBe(true);
  });

  it('is unknown elsewhere: on another machine, in another container, after another boot', () => {
    expect(isGone((place ?? '').replace(/^[^ ]+/, '00000000-0000-4000-8000-000000000000'))).toBe(false);
    expect(isGone((place ?? '').replace(/pid:\[\d+\]/, 'pid:[1]'))).toBe(false);
    expect(isGone(null)).toBe(false);
  });
});
