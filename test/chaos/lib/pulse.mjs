/** Preloaded into the server: reports the longest event loop delay, the memory, and the most rows of one statement. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sqlite3 from 'sqlite3';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

let largest = { rows: 0, sql: '' };
let rssMib = 0;

for (const kind of [sqlite3.Database, sqlite3.Statement]) {
  const { all } = kind.prototype;
  kind.prototype.all = function (...args) {
    const callback = args.at(-1);
    if (typeof callback !== 'function') return all.apply(this, args);
    const counted = function (error, rows) {
      if (rows?.length > largest.rows) largest = { rows: rows.length, sql: this.sql ?? args[0] };
      callback.call(this, error, rows);
    };
    return all.apply(this, [...args.slice(0, -1), counted]);
  };
}

setInterval(() => {
  rssMib = Math.max(rssMib, process.memoryUsage.rss() / 2 ** 20);
}, 50).unref();

process.on('message', () => {
  process.send({ pauseMs: Math.round(delay.max / 1e6), rssMib: Math.round(rssMib), largest });
  delay.reset();
});
process.channel?.unref();
