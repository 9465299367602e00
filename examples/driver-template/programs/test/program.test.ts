import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isDriverError } from 'clinker-driver';
import { programTransport } from '../src/program.js';

const TIMEOUT_MS = 30_000;
const never = new AbortController().signal;
const run = programTransport(TIMEOUT_MS);

it('a program gets its arguments as they are, and its input', async () => {
  const script = 'process.stdin.pipe(process.stdout); console.log(process.argv[1]); process.exitCode = 3';
  const argv = [process.execPath, '-e', script, '$(exit 1); "'];
  const { status, stdout } = await run({ argv, input: 'read by the program' }, never);
  assert.equal(status, 3);
  assert.equal(stdout, '$(exit 1); "\nread by the program');
});

it('a program that hangs is killed when the call is aborted', async () => {
  const argv = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];
  await assert.rejects(
    run({ argv }, AbortSignal.timeout(200)),
    (error) => isDriverError(error) && error.code === 'UNAVAILABLE',
  );
});

it('a program that is not installed is named', async () => {
  await assert.rejects(
    run({ argv: ['/nonexistent/program'] }, never),
    /\/nonexistent\/program cannot be started/,
  );
});
