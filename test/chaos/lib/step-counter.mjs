/**
 * Runs in the server under test: counts steps and driver calls since it was armed, and kills or disturbs the server at
 * one of them. Shared by the preloaded module and the driver.
 */
export const FAULTS = ['fails', 'hangs', 'dies after success', 'hangs after success', 'is dead from then on'];

let killAt = Number(process.env.CHAOS_KILL_AT ?? 0);
let steps = [];
let faultAt = 0;
let faultKind = '';
let calls = [];

/** A point at which the process may be killed. */
export function step(label) {
  steps.push(label);
  if (steps.length === killAt) process.kill(process.pid, 'SIGKILL');
}

/** A driver call, with fault injection. */
export async function call(name, signal, work) {
  calls.push(name);
  const kind = kindOf(calls.length);
  if (kind === 'fails' || kind === 'is dead from then on') throw new Error(`scripted failure of ${name}`);
  if (kind === 'hangs') await untilAborted(signal);
  step(`before ${name}`);
  const result = await work();
  step(`after ${name}`);
  if (kind === 'dies after success') throw new Error(`scripted loss of the response of ${name}`);
  if (kind === 'hangs after success') await untilAborted(signal);
  return result;
}

function kindOf(number) {
  const isDue = faultKind === 'is dead from then on' ? number >= faultAt : number === faultAt;
  return isDue ? faultKind : '';
}

function untilAborted(signal) {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
}

let takeExportAway = async () => undefined;

/** Registers how the driver loses a volume's export. */
export function loseExportBy(how) {
  takeExportAway = how;
}

/**
 * Accepts orders: the step or call to count towards from now on, and a volume whose export the backend must lose.
 * Answers with the counts so far.
 */
export function obey() {
  process.on('message', async (order) => {
    if (order.lose !== undefined) await takeExportAway(order.lose);
    process.send({ steps, calls });
    ({ killAt = 0, faultAt = 0, faultKind = '' } = order);
    steps = [];
    calls = [];
  });
  // The pipe to the test must not keep a server alive that shuts down.
  process.channel.unref();
}
