/**
 * Inside the server under test: counts what it does from the moment it is armed, and ends or disturbs it at one of
 * these steps. Shared by the module that is preloaded and the driver.
 */
export const FAULTS = ['fails', 'hangs', 'dies after success', 'hangs after success', 'is dead from then on'];

let killAt = Number(process.env.CHAOS_KILL_AT ?? 0);
let steps = [];
let faultAt = 0;
let faultKind = '';
let calls = [];

/** A point at which the process may die. */
export function step(label) {
  steps.push(label);
  if (steps.length === killAt) process.kill(process.pid, 'SIGKILL');
}

/** A call of the driver, which may go wrong. */
export async function call(name, signal, work) {
  calls.push(name);
  const kind = kindOf(calls.length);
  if (kind === 'fails' || kind === 'is dead from then on') throw new Error(`${name} fails by order`);
  if (kind === 'hangs') await untilAborted(signal);
  step(`before ${name}`);
  const result = await work();
  step(`after ${name}`);
  if (kind === 'dies after success') throw new Error(`the answer of ${name} is lost by order`);
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

/** Names how the driver loses the export of a volume. */
export function loseExportBy(how) {
  takeExportAway = how;
}

/**
 * Takes orders: what to count towards from now on, and a volume whose export the backend is to lose. Answers with what
 * was counted until now.
 */
export function obey() {
  process.on('message', async (order) => {
    if (order.lose !== undefined) await takeExportAway(order.lose);
    process.send({ steps, calls });
    ({ killAt = 0, faultAt = 0, faultKind = '' } = order);
    steps = [];
    calls = [];
  });
  // The pipe to the test is not to keep a server alive that shuts down.
  process.channel.unref();
}
