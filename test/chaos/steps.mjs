/**
 * Kills the server at every step of every operation, one after the other, until no step is left; then injects every
 * fault into every driver call. After each, backend and database must agree, the outcome must be allowed, and the
 * volume must be fully usable.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryFolder } from '../support/memory-folder.mjs';
import { Client, connectorOf, Unanswered } from './lib/client.mjs';
import { fakeBackend } from './lib/fake-backend.mjs';
import { untilIdle } from './lib/idle.mjs';
import { faultsIn } from './lib/invariants.mjs';
import { Ledger } from './lib/ledger.mjs';
import { SCENARIOS } from './lib/scenarios.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { FAULTS } from './lib/step-counter.mjs';

const PRELOAD = new URL('lib/preload.mjs', import.meta.url);
/** A bundle has a database of its own, which a preloaded module cannot change. */
const UNBUNDLED = new URL('lib/unbundled-main.mjs', import.meta.url);
const DRIVER = fileURLToPath(new URL('lib/deadly-driver.mjs', import.meta.url));

class Steps {
  #folder;
  #settings;
  #ledger;
  #readBackend;
  #server = null;
  #client = null;
  /** Number of steps in a start without recovery. */
  #startSteps = 0;
  counts = { kills: 0, killsOfRecovery: 0, faults: 0 };
  problems = [];

  constructor(folder) {
    this.#folder = folder;
    this.#settings = {
      CLINKER_DATA_FOLDER: folder,
      CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: DRIVER }]),
      CLINKER_DRIVER_TIMEOUT_MS: '700',
      CLINKER_DRIVER_ABORT_GRACE_MS: '700',
      // Its periodic transactions would be counted too.
      CLINKER_RECONCILE_INTERVAL_S: '86400',
      CLINKER_BACKEND_BREAKER_FAILURES: '0',
    };
    this.#ledger = new Ledger(`sqlite:${join(folder, 'clinker.sqlite')}`);
    this.#readBackend = fakeBackend(folder);
  }

  async prepare() {
    await this.#recover(false);
    await this.#client.send('POST', '/types', {
      volume_type: { name: 'shared', extra_specs: { multiattach: '<is> True' } },
    });
    await this.#restart();
    await sleep(500);
    this.#startSteps = (await this.#server.ask({})).steps.length;
  }

  /** Kills at each step of the scenario; with `isThorough` also at each step of each following recovery. */
  async killEverywhere(scenario, isThorough) {
    for (let at = 1; ; at += 1) {
      const context = await this.#make(scenario);
      await this.#server.ask({ killAt: at });
      const answer = await this.#act(scenario, context);
      if (await this.#survives()) {
        await this.#judge(scenario, context, answer, `${scenario.name}, undisturbed`);
        console.log(`  ${scenario.name}: killed at each of its ${at - 1} steps`);
        return;
      }
      this.counts.kills += 1;
      await this.#recover(isThorough);
      await this.#judge(scenario, context, answer, `${scenario.name}, killed at step ${at}`);
    }
  }

  /** Injects each fault into each driver call of the scenario. */
  async failEverywhere(scenario) {
    for (const faultKind of FAULTS) {
      for (let faultAt = 1; ; faultAt += 1) {
        const context = await this.#make(scenario);
        await this.#server.ask({ faultAt, faultKind });
        const answer = await this.#act(scenario, context);
        if (scenario.isLater) await untilIdle(this.#ledger);
        const { calls } = await this.#server.ask({});
        const isOpen = (await this.#ledger.read()).operations.length > 0;
        if (isOpen) await this.#restart();
        const where = `${scenario.name}: ${calls[faultAt - 1]} ${faultKind}`;
        await this.#judge(scenario, context, answer, where);
        if (calls.length < faultAt) break;
        this.counts.faults += 1;
      }
    }
  }

  async end() {
    await this.#server.kill('SIGTERM');
  }

  async #make(scenario) {
    const context = await scenario.prepare(this.#client, (volume) => this.#server.ask({ lose: volume }));
    await untilIdle(this.#ledger);
    return context;
  }

  /** Returns the client's response, or null if the server died before it. */
  async #act(scenario, context) {
    try {
      return await scenario.act(this.#client, context);
    } catch (error) {
      if (error instanceof Unanswered) return null;
      throw error;
    }
  }

  /** Returns whether the server completes all its work. Afterwards it is not disturbed any more. */
  async #survives() {
    const { address, ended } = this.#server;
    await Promise.race([address, ended]);
    return (
      (await untilIdle(this.#ledger, () => this.#server.hasEnded)) && (await this.#server.ask({})) !== null
    );
  }

  /** Starts again; when thorough, repeatedly, killing it one recovery step later each time. */
  async #recover(isThorough) {
    for (let at = this.#startSteps + 1; ; at += 1) {
      this.#start({ CHAOS_KILL_AT: isThorough ? String(at) : '0' });
      if (await this.#survives()) break;
      this.counts.killsOfRecovery += 1;
    }
    this.#client = new Client(await this.#server.address);
  }

  async #restart() {
    await this.#server.kill('SIGTERM');
    await this.#recover(false);
  }

  #start(environment = {}) {
    const logFile = join(this.#folder, 'server.log');
    const how = { logFile, preload: PRELOAD, program: UNBUNDLED };
    this.#server = new ServerProcess({ ...this.#settings, ...environment }, how);
  }

  /** Checks the outcome, and then that the volume can still be attached, detached and deleted. */
  async #judge(scenario, context, answer, where) {
    const unsettled = (await scenario.settle?.(this.#client, context)) ?? [];
    const state = await this.#ledger.read();
    const volume = state.volumes.find(({ id, name }) => id === context.volume || name === context.name);
    const attachments = state.attachments.filter((row) => row.volume_id === volume?.id);
    const found = outcome(context, volume, attachments, state.legacyConnections);
    const faults = [...unsettled, ...faultsIn(state, await this.#readBackend())];
    if (!allowed(scenario, answer).includes(found)) {
      faults.push(`found ${found} after the response ${answer?.status ?? 'that never came'}`);
    }
    if (volume !== undefined) faults.push(...(await this.#useUp(volume, attachments)));
    faults.push(...faultsIn(await this.#ledger.read(), await this.#readBackend()));
    if (faults.length === 0) return;
    const problem = `${where}: ${faults.join('; ')}`;
    console.log(`  ${problem}`);
    this.problems.push(problem);
  }

  async #useUp(volume, attachments) {
    const faults = [];
    const expect = async (what, wanted, sending) => {
      const { status, body } = await sending;
      if (status !== wanted) faults.push(`${what} returned ${status}`);
      return body;
    };
    for (const { id } of attachments) {
      await expect('update', 200, this.#client.update(id, connectorOf('third')));
      await expect('delete', 200, this.#client.delete(id));
    }
    if (!volume.status.startsWith('error')) {
      const created = this.#client.create(volume.id, randomUUID(), connectorOf('fourth'));
      const { attachment } = await expect('create', 200, created);
      await expect('complete', 204, this.#client.complete(attachment.id));
      await expect('delete', 200, this.#client.delete(attachment.id));
    }
    await expect('delete volume', 202, this.#client.deleteVolume(volume.id));
    await untilIdle(this.#ledger);
    return faults;
  }
}

function outcome({ id, isAttached, isByHost }, volume, attachments, legacyConnections) {
  if (isByHost === true)
    return legacyConnections.some(({ volume_id: of }) => of === volume?.id) ? 'connected' : 'gone';
  if (id === undefined && isAttached !== true) return volume?.status ?? 'gone';
  const attachment = attachments.find((row) => id === undefined || row.id === id);
  return attachment?.attach_status ?? 'gone';
}

function allowed({ before, failed = before, done }, answer) {
  if (answer === null) return [before, failed, done];
  return answer.status < 300 ? [done, ...(answer.status === 202 ? [failed] : [])] : [before, failed];
}

/** Servers in parallel, each with its own data: one of them is mostly starting, or waiting for a hanging driver. */
const LANES = 2;

/** Runs scenarios until none are left or the time is up. */
async function lane(left, deadline, thorough) {
  const folder = await mkdtemp(join(memoryFolder(), 'clinker-steps-'));
  console.log(`steps: data in ${folder}`);
  const run = new Steps(folder);
  await run.prepare();
  while (left.length > 0 && performance.now() < deadline) {
    const scenario = left.shift();
    await run.killEverywhere(scenario, thorough);
    await run.failEverywhere(scenario);
  }
  await run.end();
  if (run.problems.length > 0) throw new Error(run.problems.join('\n'));
  await rm(folder, { recursive: true, force: true });
  return run.counts;
}

/**
 * Kills and disturbs every operation at every step.
 * @param options `thorough` also kills the recoveries and includes long scenarios; no scenario starts after `seconds`,
 * and the `seed` selects the first one, so that none is always left out.
 * @returns the counts, and the scenarios left out for lack of time.
 */
export async function steps({ seed, seconds = Infinity, thorough = false }) {
  const deadline = performance.now() + seconds * 1000;
  const scenarios = SCENARIOS.filter(({ isLong }) => thorough || !isLong);
  const first = seconds === Infinity ? 0 : seed % scenarios.length;
  const left = [...scenarios.slice(first), ...scenarios.slice(0, first)];
  const counted = await Promise.all(Array.from({ length: LANES }, () => lane(left, deadline, thorough)));
  const total = (name) => counted.reduce((sum, counts) => sum + counts[name], 0);
  const counts = Object.fromEntries(Object.keys(counted[0]).map((name) => [name, total(name)]));
  if (counts.kills === 0) throw new Error(`no operation was attempted within ${seconds} s`);
  return { ...counts, leftOutForLackOfTime: left.map(({ name }) => name) };
}
