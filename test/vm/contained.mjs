import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a program in its own process namespace: it and everything that it starts end when this process ends in any way,
 * or when the child is killed. It has its own mounts. Needs root.
 */
export function contained([program, ...args], options) {
  // The shell is the namespace's first process; as such the program would ignore signals.
  const shell = ['sh', '-c', '"$@"; exit "$?"', 'sh', program, ...args];
  const namespace = ['unshare', '--mount-proc', '--pid', '--fork', '--kill-child', ...shell];
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...namespace], { killSignal: 'SIGKILL', ...options });
}

/** Runs a program to its end. @throws if it fails or is aborted. */
export async function finish(argv, signal) {
  const child = contained(argv, { stdio: ['ignore', 'inherit', 'inherit'], signal });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${argv[0]} exited with ${status}`);
}
