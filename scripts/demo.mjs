/**
 * npm run demo: walks through an attachment's lifecycle on a running server and prints each request and response. The
 * server's address is the first argument, or http://127.0.0.1:$PORT.
 */
import { walkThrough } from './lifecycle.mjs';

const base = process.argv[2] ?? `http://127.0.0.1:${process.env.PORT ?? 8776}`;

const indented = (value) => JSON.stringify(value, null, 2).replace(/^/gm, '    ');

let step = 0;

function print({ title, method, path, body, status, reason, answer }) {
  step += 1;
  console.log(`\n${step}. ${title}\n`);
  console.log(`  > ${method} ${path}`);
  if (body !== undefined) console.log(indented(body));
  console.log(`  < ${status} ${reason}`);
  if (answer !== undefined) console.log(indented(answer));
}

try {
  await walkThrough(base, print);
  console.log('\nDone: every step succeeded.');
} catch (error) {
  const isDown = error.cause?.cause?.code === 'ECONNREFUSED';
  console.error(isDown ? `Nothing listens on ${base}. Start the server first: npm start` : error.message);
  process.exitCode = 1;
}
