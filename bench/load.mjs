/**
 * The load generator, a separate process. It receives jobs as messages and answers each with its figures. A job runs an
 * operation on `connections` connections, once for each item, or repeatedly for `seconds`.
 */
import { Connection } from './connection.mjs';
import { headersOf, operations } from './operations.mjs';

/** Number of errors reported in full; further ones are only counted. */
const TOLD_ERRORS = 3;

async function measure({ operation, port, project, connections, items, seconds }) {
  const { run } = operations[operation];
  const base = `/v3/${project}`;
  const open = await Promise.all(
    Array.from({ length: connections }, () => Connection.open(port, headersOf(project))),
  );
  const times = [];
  const results = [];
  const errors = [];
  let failed = 0;
  let next = 0;
  const start = performance.now();
  const isOver =
    seconds === undefined ? () => next >= items.length : () => performance.now() - start >= seconds * 1000;
  const work = async (connection) => {
    const send = connection.send.bind(connection);
    while (!isOver()) {
      const number = next++;
      const began = performance.now();
      try {
        const result = await run(send, base, items[number % items.length], number);
        times.push(performance.now() - began);
        if (typeof result === 'string') results.push(result);
      } catch (error) {
        failed++;
        if (errors.length < TOLD_ERRORS) errors.push(error.message);
        // On a broken connection every request fails at once, so the job would spin.
        if (failed > 100) throw new Error(`${operation}: ${errors.join('; ')}`, { cause: error });
      }
    }
  };
  try {
    await Promise.all(open.map(work));
  } finally {
    for (const connection of open) connection.close();
  }
  const span = performance.now() - start;
  times.sort((a, b) => a - b);
  const quantile = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? null;
  return {
    requests: times.length,
    failed,
    errors,
    rate: times.length / (span / 1000),
    p50: quantile(0.5),
    p99: quantile(0.99),
    // Repeated runs would produce many results that nobody uses.
    results: seconds === undefined ? results : [],
  };
}

process.on('message', (job) => {
  measure(job).then(
    (figures) => process.send({ figures }),
    (error) => process.send({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
