import { describe, expect, it } from '@jest/globals';
import { DriverError } from '../contract/index.js';
import { CommandFailed, SystemCommandRunner } from './command-runner.js';

const never = new AbortController().signal;
const runner = new SystemCommandRunner({ timeoutMs: 10_000 });

describe('a command', () => {
  it('gives back its standard output', async () => {
    await expect(runner.run(['printf', '%s', 'a b'], { signal: never })).resolves.toBe('a b');
  });

  it('gets its arguments as they are, with no shell between', async () => {
    const hostile = '$(id); `id` "\' \n *';
    await expect(runner.run(['printf', '%s', hostile], { signal: never })).resolves.toBe(hostile);
  });

  it('reads what it must not be given as an argument', async () => {
    await expect(runner.run(['cat'], { signal: never, stdin: 'secret' })).resolves.toBe('secret');
  });

  it('runs in the C locale', async () => {
    await expect(runner.run(['printenv', 'LC_ALL'], { signal: never })).resolves.toBe('C\n');
  });

  it('runs behind a prefix, with further variables', async () => {
    const prefixed = new SystemCommandRunner({ prefix: ['env', 'B=2'], timeoutMs: 10_000, env: { A: '1' } });
    await expect(prefixed.run(['printenv', 'A', 'B'], { signal: never })).resolves.toBe('1\n2\n');
  });

  it('that fails reports its status and its standard error', async () => {
    const failure: unknown = await runner.run(['ls', '/nowhere'], { signal: never }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(CommandFailed);
    expect(failure).toMatchObject({ program: 'ls', status: 2 });
    expect((failure as CommandFailed).stderr).toContain('No such file');
  });

  it('that is not installed says so', async () => {
    await expect(runner.run(['no-such-program'], { signal: never })).rejects.toEqual(
      new DriverError('INTERNAL', 'the program no-such-program is not installed or not in the PATH'),
    );
  });

  it('that cannot be started at all leaves no timer', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await expect(runner.run(['printf', 'a\0b'], { signal: never })).rejects.toThrow('null bytes');
    expect(timers()).toBe(before);
  });

  it('is killed when its time is up', async () => {
    const hurried = new SystemCommandRunner({ timeoutMs: 50 });
    await expect(hurried.run(['sleep', '60'], { signal: never })).rejects.toThrow(
      'sleep did not end within 50 ms',
    );
  });

  it('is killed when its call is aborted, and never started after that', async () => {
    const abort = new AbortController();
    const running = runner.run(['sleep', '60'], { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(runner.run(['sleep', '60'], { signal: abort.signal })).rejects.toThrow('enough');
  });
});

describe('a prefix such as sudo', () => {
  it('is told to end, and ends its command first', async () => {
    // Like sudo, it forwards the signal and waits.
    const relay = `sleep 60 & child=$!; trap 'kill $child' TERM; wait $child; wait $child; printf ended >&2; exit 3`;
    const prefixed = new SystemCommandRunner({ prefix: ['sh', '-c', relay], timeoutMs: 200 });
    await expect(prefixed.run(['printf'], { signal: never })).rejects.toThrow(
      'printf did not end within 200 ms',
    );
  });
});
