/** Lists the skipped tests and their reasons at the end of a Jest run; the skipped title contains the reason. */
export default class SkipReporter {
  onRunComplete(_contexts, { testResults }) {
    const counts = new Map();
    for (const { fullName, status } of testResults.flatMap((file) => file.testResults)) {
      if (status !== 'pending') continue;
      const reason = /\(skipped: ([^)]*)\)/.exec(fullName)?.[1] ?? `"${fullName}" gives no reason`;
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
    if (counts.size === 0) return;
    const lines = [...counts].map(([reason, count]) => `  ${String(count).padStart(4)}  ${reason}`);
    process.stderr.write(`\nSkipped:\n${lines.join('\n')}\n`);
  }
}
