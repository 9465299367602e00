/** A Prometheus of Debian's package that scrapes and evaluates every second, and keeps its data in a folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { stringify } from 'yaml';
import { until } from '../dataplane/until.mjs';
import { freePort } from '../support/free-port.mjs';

/**
 * @param target host and port to scrape as the job clinker.
 * @param rules content of a rule file.
 */
export async function startPrometheus(target, rules) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-prometheus-'));
  await writeFile(join(folder, 'rules.yml'), stringify(rules));
  await writeFile(
    join(folder, 'prometheus.yml'),
    stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'clinker', static_configs: [{ targets: [target] }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const program = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = once(program, 'exit');
  const prometheus = new Prometheus(`http://${address}`, async () => {
    program.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  try {
    await until('Prometheus is ready', async () => {
      if (program.exitCode !== null) throw new Error(`Prometheus ended with ${program.exitCode}`);
      const answer = await fetch(`http://${address}/-/ready`).catch(() => null);
      return answer?.ok === true ? answer : null;
    });
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
  return prometheus;
}

class Prometheus {
  #url;

  constructor(url, stop) {
    this.#url = url;
    this.stop = stop;
  }

  /** @returns the samples of an instant query, each with its labels and its value as a number. */
  async query(expression) {
    const { result } = await this.#data('/api/v1/query', { query: expression });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** @returns the firing alerts by name, with their labels. */
  async firing() {
    const { alerts } = await this.#data('/api/v1/alerts', {});
    return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
  }

  /** @returns what Prometheus says of its targets. */
  async targets() {
    return (await this.#data('/api/v1/targets', {})).activeTargets;
  }

  async #data(path, parameters) {
    const answer = await fetch(`${this.#url}${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await answer.json();
    if (status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${error}`);
    return data;
  }
}
