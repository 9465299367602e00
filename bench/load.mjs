/**
 * The load generator, a separate process. It receives jobs as messages and answers each with its figures. A job runs an
 * operation on `connections` connections, once for each item, or repeatedly for `seconds`; with `windowSeconds` it also
 * reports the figures of each window. Of several targets, the connections have one each, in turn.
 */
import { Connection } from './connection.mjs';
import { operations } from './operations.mjs';

/** Number of errors reported in full; further ones are only counted. */
const TOLD_ERRORS = 3;

/** On a broken connection every request fails at once, so the job would spin. */
const MOST_ERRORS = 100;

/** What was measured in a span of time. A long one does not keep its times, only their number. */
class Sample {
  #start = performance.now();
  #requests = 0;
  #times = [];
  #isLong;
  errors = [];
  failed = 0;

  constructor({ isLong = false } = {}) {
    this.#isLong = isLong;
  }

  add(milliseconds) {
    this.#requests++;
    if (!this.#isLong) this.#times.push(milliseconds);
  }

  addError({ message }) {
    this.failed++;
    if (this.errors.length < TOLD_ERRORS) this.errors.push(message);
  }

  figures() {
    const span = performance.now() - this.#start;
    const times = this.#times.sort((a, b) => a - b);
    const quantile = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? null;
    return {
      requests: this.#requests,
      failed: this.failed,
      errors: this.errors,
      rate: this.#requests / (span / 1000),
      p10: quantile(0.1),
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
    };
  }
}

async function measure({ operation, target: given, connections, items, seconds, windowSeconds }) {
  const { run, timesRequests = false } = operations[operation];
  const targets = [given].flat();
  const [target] = targets;
  const open = await Promise.all(
    Array.from({ length: connections }, (_, index) => Connection.open(targets[index % targets.length])),
  );
  const whole = new Sample({ isLong: windowSeconds !== undefined });
  let window = new Sample();
  const results = [];
  const add = (milliseconds) => {
    whole.add(milliseconds);
    if (windowSeconds !== undefined) window.add(milliseconds);
  };
  let next = 0;
  const start = performance.now();
  const isOver =
    seconds === undefined ? () => next >= items.length : () => performance.now() - start >= seconds * 1000;
  const work = async (connection, worker) => {
    const send = timesRequests ? timed(connection, add) : connection.send.bind(connection);
    while (!isOver()) {
      const number = next++;
      const began = performance.now();
      try {
        const result = await run(send, target.base, items[number % items.length], { number, worker, items });
        if (!timesRequests) add(performance.now() - began);
        if (typeof result === 'string') results.push(result);
      } catch (error) {
        whole.addError(error);
        window.addError(error);
        if (whole.failed > MOST_ERRORS)
          throw new Error(`${operation}: ${whole.errors.join('; ')}`, { cause: error });
      }
    }
  };
  const everyWindow =
    windowSeconds &&
    setInterval(() => {
      process.send({ window: window.figures() });
      window = new Sample();
    }, windowSeconds * 1000);
  try {
    await Promise.all(open.map(work));
  } finally {
    clearInterval(everyWindow);
    for (const connection of open) connection.close();
  }
  // Repeated runs would produce many results that nobody uses.
  return { ...whole.figures(), results: seconds === undefined ? results : [] };
}

/** Returns a function that sends a request and adds the time of its answer. */
function timed(connection, add) {
  return async (...request) => {
    const began = performance.now();
    const answer = await connection.send(...request);
    add(performance.now() - began);
    return answer;
  };
}

process.on('message', (job) => {
  measure(job).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
