import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { BACKENDS } from './storage.mjs';

/** Under emulation, beside other work, commands take minutes, and a commit has taken more than ten seconds. */
const PATIENCE_MS = '600000';

/** The server, and a client of its API at the newest version. */
export class Cloud {
  folder = '/var/lib/clinker';
  /** Volumes whose exports the server has restored since its start. */
  repaired = new Set();
  /** What all starts have printed. */
  output = '';
  logLevel = 'info';

  /** Starts it with these backends, and without a configuration file. */
  start(backends = BACKENDS) {
    return this.#start({ CLINKER_BACKENDS: JSON.stringify(backends) });
  }

  /** Starts it with the backends of a configuration file. */
  startFrom(file) {
    return this.#start({ CLINKER_CONFIG: file });
  }

  /** @throws the server's last output if it ends before it serves. */
  async #start(configuration) {
    this.repaired.clear();
    mkdirSync(this.folder, { recursive: true });
    this.server = spawn(process.execPath, ['dist/main.js'], {
      env: {
        ...process.env,
        ...configuration,
        PORT: '0',
        LOG_LEVEL: this.logLevel,
        CLINKER_DATA_FOLDER: this.folder,
        CLINKER_DRIVER_TIMEOUT_MS: PATIENCE_MS,
        CLINKER_DATABASE_WAIT_TIMEOUT_MS: PATIENCE_MS,
        CLINKER_DATABASE_STATEMENT_TIMEOUT_MS: PATIENCE_MS,
        CLINKER_DATABASE_ANSWER_TIMEOUT_MS: PATIENCE_MS,
        CLINKER_RECONCILE_INTERVAL_S: '15',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let lastWords = '';
    this.server.stderr.setEncoding('utf8').on('data', (text) => {
      process.stderr.write(text);
      this.output += text;
      lastWords = `${lastWords}${text}`.slice(-3000);
    });
    this.ended = new Promise((resolve) => this.server.once('close', resolve));
    this.base = await new Promise((resolve, reject) => {
      createInterface({ input: this.server.stdout }).on('line', (line) => {
        this.output += `${line}\n`;
        const entry = JSON.parse(line);
        if (entry.api !== undefined) resolve(new URL(entry.api).origin);
        if (entry.level === 'error') console.log(line);
        if (entry.msg === 'an export was repaired') this.repaired.add(entry.volumeId);
      });
      void this.ended.then((code) => reject(new Error(`the server ended with ${code}: ${lastWords}`)));
    });
  }

  /** @param signal SIGTERM for a stop, SIGKILL for a crash */
  async end(signal) {
    this.server?.kill(signal);
    await this.ended;
  }

  /** Runs `work` while the server is suspended. */
  async whileSuspended(work) {
    this.server.kill('SIGSTOP');
    try {
      await work();
    } finally {
      this.server.kill('SIGCONT');
    }
  }

  async createType({ name, options }) {
    // Two writers destroy a qcow2, so such a backend refuses multiattach types.
    const multiattach = options.format === 'qcow2' ? {} : { multiattach: '<is> True' };
    const extra_specs = { volume_backend_name: name, ...multiattach };
    await this.call('POST', '/types', { volume_type: { name, extra_specs } });
  }

  async createVolume(backend) {
    const { volume } = await this.call('POST', '/volumes', {
      volume: { size: 1, name: backend, volume_type: backend },
    });
    for (;;) {
      const { status } = await this.volume(volume.id);
      if (status === 'available') return volume.id;
      assert.equal(status, 'creating');
      await delay(200);
    }
  }

  async deleteVolume(id) {
    await this.call('DELETE', `/volumes/${id}`);
    for (;;) {
      const answer = await this.request('GET', `/volumes/${id}`);
      if (answer.status === 404) return;
      assert.equal((await answer.json()).volume.status, 'deleting');
      await delay(200);
    }
  }

  async volume(id) {
    return (await this.call('GET', `/volumes/${id}`)).volume;
  }

  /** Reserves, exports and completes, as Nova does; returns the connection in os-brick's form. */
  async attach(volume, connector, mode) {
    const wanted = { volume_uuid: volume, instance_uuid: randomUUID(), mode };
    const { attachment } = await this.call('POST', '/attachments', { attachment: wanted });
    await this.call('PUT', `/attachments/${attachment.id}`, { attachment: { connector } });
    await this.call('POST', `/attachments/${attachment.id}/action`, { 'os-complete': null });
    return this.attachment(attachment.id);
  }

  async attachmentsOf(volume) {
    return (await this.call('GET', `/attachments?volume_id=${volume}`)).attachments;
  }

  async attachment(id) {
    const { attachment } = await this.call('GET', `/attachments/${id}`);
    const { driver_volume_type, mount_point_base = null, ...data } = attachment.connection_info;
    return { ...attachment, connection_info: { driver_volume_type, mount_point_base, data } };
  }

  detach(id) {
    return this.call('DELETE', `/attachments/${id}`);
  }

  forceDetach(volume, id) {
    return this.call('POST', `/volumes/${volume}/action`, { 'os-force_detach': { attachment_id: id } });
  }

  async extend(volume, new_size) {
    await this.call('POST', `/volumes/${volume}/action`, { 'os-extend': { new_size } });
    for (;;) {
      const { status, size } = await this.volume(volume);
      if (status !== 'extending') return { status, size };
      await delay(200);
    }
  }

  /** The findings of `clinker doctor`. */
  async findings() {
    const {
      findings,
      unchecked,
      next_marker: next,
    } = (await this.call('GET', '/clinker-consistency')).consistency;
    assert.equal(next, null, 'a guest has few volumes');
    return { findings, unchecked };
  }

  async call(method, path, body) {
    const answer = await this.request(method, path, body);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  request(method, path, body) {
    return fetch(`${this.base}/v3${path}`, {
      method,
      headers: {
        'X-Auth-Token': 'admin:demo',
        'OpenStack-API-Version': 'volume latest',
        'Content-Type': 'application/json',
        // Commands block this process for longer than the server keeps a connection.
        Connection: 'close',
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(Number(PATIENCE_MS)),
    });
  }
}
