import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`;

/**
 * An NFS server and hosts with an address each, in network and mount namespaces that this process must have to itself.
 * Needs root, nfs-ganesha-vfs, rpcbind, dbus, busctl and ip.
 */
export class GaneshaMachine {
  address = '10.90.0.1';
  #daemons = [];

  run(program, ...args) {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
    });
  }

  async start(hosts) {
    this.folder = mkdtempSync(join(tmpdir(), 'clinker-ganesha-'));
    this.volumes = join(this.folder, 'volumes');
    /** Written by the driver, read by Ganesha at its start. */
    this.conf = join(this.folder, 'exports');
    this.log = join(this.folder, 'ganesha.log');
    this.run('mount', '-t', 'tmpfs', 'none', '/run');
    for (const folder of ['/run/dbus', '/run/ganesha', '/run/rpcbind', '/run/netns', this.conf])
      mkdirSync(folder);
    mkdirSync(this.volumes, { mode: 0o700 });
    this.run('ip', 'link', 'set', 'lo', 'up');
    this.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    this.#configure('br0', 1);
    for (const number of hosts) this.#addHost(number);
    writeFileSync(join(this.folder, 'bus.conf'), BUS);
    writeFileSync(
      join(this.folder, 'ganesha.conf'),
      `NFS_CORE_PARAM { Protocols = 3, 4; Enable_NLM = false; Enable_RQUOTA = false; mount_path_pseudo = true;
  NFS_Port = 2049; MNT_Port = 20048; }
NFSV4 { RecoveryBackend = fs; RecoveryRoot = ${join(this.folder, 'recovery')}; Graceless = true; }
NFS_KRB5 { Active_krb5 = false; }
%dir "${this.conf}/*.conf"
`,
    );
    this.#spawn('rpcbind', '-f', '-w');
    this.#spawn('dbus-daemon', `--config-file=${join(this.folder, 'bus.conf')}`, '--nofork');
    await this.until('rpcbind', () => this.run('rpcinfo', '-p', '127.0.0.1'));
    // Ganesha looks for the bus once, and continues without it.
    await this.until('dbus-daemon', () => this.run('busctl', 'list'));
    await this.startGanesha();
  }

  /** busctl's output for a call of Ganesha's export manager. */
  busctl(...args) {
    const manager = ['org.ganesha.nfsd', '/org/ganesha/nfsd/ExportMgr', 'org.ganesha.nfsd.exportmgr'];
    const text = this.run('busctl', '--json=short', '--', 'call', ...manager, ...args);
    return text === '' ? null : JSON.parse(text).data;
  }

  /** The exported folders, whoever may reach them. */
  exported() {
    return this.busctl('ShowExports')[1].flatMap(([id, path]) => (id === 0 ? [] : [path]));
  }

  async startGanesha() {
    const files = ['-L', this.log, '-f', join(this.folder, 'ganesha.conf'), '-p', join(this.folder, 'pid')];
    this.ganesha = this.#spawn('ganesha.nfsd', '-F', ...files);
    await this.until('ganesha.nfsd', () => this.busctl('ShowExports'));
  }

  /** Like a crash: everything told over D-Bus is lost. */
  async killGanesha() {
    await end(this.ganesha);
  }

  /** Deleted files whose space Ganesha still holds. */
  keptOpen() {
    const listed = this.run('ls', '-l', `/proc/${this.ganesha.pid}/fd`);
    return listed.split('\n').filter((line) => line.includes(this.volumes) && line.endsWith('(deleted)'));
  }

  async until(what, works) {
    let failure;
    for (let attempt = 0; attempt < 200; attempt += 1) {
      try {
        return works();
      } catch (error) {
        failure = error;
        await delay(50);
      }
    }
    const log = this.ganesha === undefined ? '' : readFileSync(this.log, 'utf8').slice(-4000);
    throw new Error(`${what} does not answer: ${failure}\n${log}`);
  }

  async stop() {
    for (const daemon of this.#daemons.toReversed()) await end(daemon);
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true });
  }

  #addHost(number) {
    const [namespace, port] = [`host${number}`, `port${number}`];
    this.run('ip', 'netns', 'add', namespace);
    this.run('ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    this.run('ip', 'link', 'set', port, 'master', 'br0', 'up');
    this.run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
    this.#configure('eth0', number, '-n', namespace);
  }

  #configure(device, number, ...where) {
    this.run('ip', ...where, 'addr', 'add', `10.90.0.${number}/24`, 'dev', device);
    this.run('ip', ...where, 'addr', 'add', `fd90::${number}/64`, 'dev', device, 'nodad');
    this.run('ip', ...where, 'link', 'set', device, 'up');
  }

  #spawn(program, ...args) {
    const daemon = spawn(program, args, { stdio: 'ignore' });
    this.#daemons.push(daemon);
    return daemon;
  }
}

async function end(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGKILL');
  await ended;
}
