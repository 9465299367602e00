import { describe, expect, it } from '@jest/globals';
import { CommandFailed, SystemCommandRunner, type CommandRunner } from './command-runner.js';
import { runReading } from './reading.js';

const signal = new AbortController().signal;

/** Fails with these errors, one after another, and then succeeds. */
function failing(...failures: readonly CommandFailed[]) {
  const left = [...failures];
  const asked: string[] = [];
  const runner: CommandRunner = {
    run: (argv) => {
      asked.push(argv[0]);
      const failure = left.shift();
      return failure === undefined ? Promise.resolve('answer') : Promise.reject(failure);
    },
  };
  return { runner, asked };
}

const segfault = new CommandFailed('lvs', null, '', 'SIGSEGV');

describe('a reading command', () => {
  it.each([
    ['by a signal', segfault],
    ['by a signal, behind sudo', new CommandFailed('lvs', 139, '')],
  ])('that crashes %s is asked again', async (_how, failure) => {
    const { runner, asked } = failing(failure, failure);
    await expect(runReading(runner, ['lvs'], { signal })).resolves.toBe('answer');
    expect(asked).toHaveLength(3);
  });

  it('that crashes each time fails', async () => {
    const { runner, asked } = failing(segfault, segfault, segfault);
    await expect(runReading(runner, ['lvs'], { signal })).rejects.toBe(segfault);
    expect(asked).toHaveLength(3);
  });

  it.each([
    new CommandFailed('lvs', 5, 'not found'),
    new CommandFailed('lvs', null, 'killed', 'SIGKILL'),
    new CommandFailed('lvs', null, 'killed'),
  ])('that is refused or ended from outside is not: %s', async (failure) => {
    const { runner, asked } = failing(failure);
    await expect(runReading(runner, ['lvs'], { signal })).rejects.toBe(failure);
    expect(asked).toHaveLength(1);
  });

  it('is known to have crashed by how the system ended it', async () => {
    const runner = new SystemCommandRunner({ timeoutMs: 10_000 });
    await expect(runner.run(['sh', '-c', 'kill -SEGV $$'], { signal })).rejects.toMatchObject({
      status: null,
      signal: 'SIGSEGV',
    });
  });
});
