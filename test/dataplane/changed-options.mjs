import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../chaos/lib/client.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { Initiator } from './initiator.mjs';
import { StorageHost, Tgtd } from './storage-host.mjs';
import { until } from './until.mjs';

const DRIVER = fileURLToPath(new URL('../chaos/lib/tgt-driver.mjs', import.meta.url));
const PATTERN = 0x5a;
const CONTROL_PORT = 7;

/** Declares what happens to attached hosts when the server starts with other options. */
export function declareChangedOptions(it, port) {
  it('a host that was attached before loses access when detached, and the next attachment uses the new options', async () => {
    const subject = new ChangedOptions(port);
    try {
      await subject.start();
      await subject.run();
    } finally {
      await subject.stop();
    }
  });
}

class ChangedOptions {
  #initiator = new Initiator('iqn.1993-08.org.debian:01:attached');
  #sessions = [];

  constructor(port) {
    this.host = new StorageHost(port);
    const { env, folder } = this.host;
    const [control, socket, further] = [1, 2, 3].map((number) => `127.0.0.1:${port + number}`);
    const socketFile = join(folder, 'tgtd-of-its-own');
    this.further = further;
    this.others = [
      new Tgtd(env, control, CONTROL_PORT),
      new Tgtd({ ...env, TGT_IPC_SOCKET: socketFile }, socket),
    ];
    /** Changes of each backend at the second start. */
    this.changes = new Map([
      ['tgt_control_port', { tgt_control_port: CONTROL_PORT, portals: [control] }],
      ['tgt_socket', { tgt_socket: socketFile, portals: [socket] }],
      ['portals', { portals: [further] }],
      ['target_prefix', { target_prefix: 'iqn.2026-01.com.example:other.' }],
    ]);
  }

  async start() {
    await this.host.start();
    const portal = ['--mode', 'portal', '--param', `portal=${this.further}`];
    this.host.tgtd.adm('--lld', 'iscsi', '--op', 'new', ...portal);
    for (const tgtd of this.others) await tgtd.start();
  }

  async stop() {
    for (const session of this.#sessions) session.end();
    await ServerProcess.killAll();
    for (const tgtd of this.others) if (tgtd.child !== undefined) await tgtd.kill();
    await this.host.stop();
  }

  async run() {
    await this.#startServer(() => ({}));
    const attached = [];
    for (const name of this.changes.keys()) {
      await this.#ask('POST', '/types', {
        volume_type: { name, extra_specs: { volume_backend_name: name } },
      });
      const { volume } = await this.#ask('POST', '/volumes', { volume: { size: 1, volume_type: name } });
      await this.#untilStatus(volume.id, 'available');
      const { id, info } = await this.#attach(volume.id);
      const written = await this.#initiator.write(info, PATTERN);
      assert.ok(written.ok, written.output);
      this.#sessions.push(await this.#initiator.stay(info));
      attached.push({ name, volume: volume.id, id, info });
    }
    await this.server.kill('SIGTERM');

    await this.#startServer((name) => this.changes.get(name));
    const backendOf = new Map(attached.map(({ name, volume }) => [volume, name]));
    await this.#agrees(backendOf);
    for (const [number, { name, volume, id, info }] of attached.entries()) {
      assert.equal(await this.#initiator.canRead(info), true, name);
      // Alternates between the two ways to detach a host.
      if (number % 2 === 0) await this.#ask('DELETE', `/attachments/${id}`);
      else await this.#act(volume, 'os-force_detach', { attachment_id: id });
      assert.equal(await this.#initiator.canRead(info), false, name);
      assert.equal((await this.#initiator.write(info, 0)).ok, false, name);
      assert.ok(!this.#shown().includes(volume), 'a target with a session is left over');
      await this.#followsNewOptions(name, volume);
    }
    await this.#agrees(backendOf);
    assert.equal(this.#shown().trim(), '');
  }

  async #followsNewOptions(name, volume) {
    const { portals: [portal] = [this.host.portal], target_prefix: prefix = 'iqn.2010-10.org.openstack:' } =
      this.changes.get(name);
    const { id, info } = await this.#attach(volume);
    assert.equal(info.data.target_portal, portal);
    assert.equal(info.data.target_iqn, `${prefix}volume-${volume}`);
    const read = await this.#initiator.read(info, PATTERN);
    assert.ok(read.ok, read.output);
    await this.#ask('DELETE', `/attachments/${id}`);
    assert.equal(await this.#initiator.canRead(info), false, name);
    await this.#ask('DELETE', `/volumes/${volume}`);
    await this.#untilStatus(volume, null);
  }

  async #startServer(changed) {
    const { folder, storage } = this.host;
    const backends = [...this.changes.keys()].map((name) => ({
      name,
      driver: DRIVER,
      options: { storage, ...changed(name) },
    }));
    const settings = {
      CLINKER_DATA_FOLDER: join(folder, 'server'),
      CLINKER_BACKENDS: JSON.stringify(backends),
    };
    this.server = new ServerProcess(settings, { logFile: join(folder, 'server.log') });
    this.client = new Client(await this.server.address);
  }

  async #ask(method, path, body) {
    const { status, body: answer } = await this.client.send(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  #act(volume, name, value) {
    return this.#ask('POST', `/volumes/${volume}/action`, { [name]: value });
  }

  async #attach(volume) {
    const connector = { initiator: this.#initiator.name, host: 'attached' };
    const wanted = { volume_uuid: volume, instance_uuid: randomUUID(), connector };
    const { id } = (await this.#ask('POST', '/attachments', { attachment: wanted })).attachment;
    await this.#ask('POST', `/attachments/${id}/action`, { 'os-complete': null });
    const { attachment } = await this.#ask('GET', `/attachments/${id}`);
    const { driver_volume_type, ...data } = attachment.connection_info;
    assert.equal(driver_volume_type, 'iscsi');
    return { id, info: { data } };
  }

  /** @param wanted null to wait until the volume is gone */
  #untilStatus(volume, wanted) {
    return until(`volume ${volume} is ${wanted}`, async () => {
      const { status, body } = await this.client.send('GET', `/volumes/${volume}`);
      if (status === 404) return wanted === null ? true : assert.fail('the volume is gone');
      return body.volume.status === wanted ? true : null;
    });
  }

  /** Database and storage agree on every volume at its own backend: all backends share a group and see all volumes. */
  async #agrees(backendOf) {
    const { consistency } = await this.#ask('GET', '/clinker-consistency');
    const findings = consistency.findings.filter(
      ({ kind, backend, volume_id: volume }) =>
        kind !== 'unknown-export' || !backendOf.has(volume) || backendOf.get(volume) === backend,
    );
    assert.deepEqual([findings, consistency.unchecked], [[], []]);
  }

  /** Exports of all tgtd, with their access lists. */
  #shown() {
    const tgtds = [this.host.tgtd, ...this.others];
    return tgtds.map((tgtd) => tgtd.adm('--lld', 'iscsi', '--mode', 'target', '--op', 'show')).join('');
  }
}
