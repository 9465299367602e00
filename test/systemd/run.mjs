/**
 * npm run test:systemd: types what deploy/systemd/README.md says, as root, on a Debian 12 that systemd boots in namespaces
 * of this machine, and looks at what the unit then does. Only what a registry would be asked for is there already.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Checks } from '../dataplane/checks.mjs';
import { until } from '../dataplane/until.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const UNIT = join(ROOT, 'deploy/systemd/clinker.service');
/** Of systemd-analyze, which multiplies its 0 to 10 by ten. */
const MOST_EXPOSED = 30;
const NAMESPACES = ['mount', 'pid', 'ipc', 'uts', 'cgroup', 'net'];

/** The blocks of the page, by heading, without the lines for which a registry is asked. */
async function pageBlocks() {
  const text = await readFile(join(ROOT, 'deploy/systemd/README.md'), 'utf8');
  const blocks = new Map();
  for (const part of text.split(/^## /m).slice(1)) {
    const heading = part.slice(0, part.indexOf('\n'));
    const typed = [...part.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) =>
      block.replace(/^(npm|apt-get) install .*\n/gm, ''),
    );
    blocks.set(heading, typed.filter((block) => block !== '').join('cd /\n'));
  }
  return blocks;
}

/** A booted system. */
class Machine {
  #folder;
  #program;
  #ended;
  #pid = '';

  async boot() {
    this.#folder = await mkdtemp(join(tmpdir(), 'clinker-systemd-'));
    const script = fileURLToPath(new URL('machine.sh', import.meta.url));
    this.#program = spawn(
      'unshare',
      [
        ...NAMESPACES.map((name) => `--${name}`),
        ...['--fork', '--kill-child'],
        ...[script, this.#folder, ROOT.replace(/\/$/, '')],
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    this.#ended = once(this.#program, 'exit');
    await until('systemd has booted', async () => {
      if (this.#program.exitCode !== null) throw new Error('the machine ended');
      this.#pid = await childOf(this.#program.pid);
      const state = this.#pid === '' ? '' : this.run('systemctl is-system-running').stdout.trim();
      return state === 'running' || state === 'degraded' ? state : null;
    });
  }

  /** Runs a shell's commands as root. */
  run(commands) {
    const entered = NAMESPACES.filter((name) => name !== 'cgroup').map((name) => `--${name}`);
    return spawnSync(
      'nsenter',
      [`--target=${this.#pid}`, ...entered, '--', 'sh', '-euc', `cd /\n${commands}`],
      { encoding: 'utf8', timeout: 120_000 },
    );
  }

  /** Runs commands that have to work. @returns what they print. */
  type(commands) {
    const { status, stdout, stderr } = this.run(commands);
    assert.equal(status, 0, `${commands}\n${stdout}${stderr}\n${this.run('journalctl -n 30').stdout}`);
    return stdout.trim();
  }

  async end() {
    this.#program.kill('SIGKILL');
    await this.#ended;
    await rm(this.#folder, { recursive: true });
  }
}

/** @returns the first child of a process, or nothing. */
async function childOf(pid) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ')[0];
}

if (process.getuid() !== 0) {
  console.log('skipped: only root can boot systemd in namespaces\n0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

const blocks = await pageBlocks();
const machine = new Machine();
const checks = new Checks();
const { it } = checks;

const property = (name) => machine.type(`systemctl show --value -p ${name} clinker`);
const isActive = () => machine.run('systemctl is-active clinker').stdout.trim() === 'active';

/** Starts the unit with a command that has to work in its sandbox first. */
function startAfter(command) {
  machine.type(`mkdir -p /run/systemd/system/clinker.service.d
printf '[Service]\\nRestart=no\\nExecStartPre=%s\\n' '${command}' > /run/systemd/system/clinker.service.d/probe.conf
systemctl daemon-reload`);
  const { status } = machine.run('systemctl restart clinker');
  machine.type('rm -r /run/systemd/system/clinker.service.d; systemctl daemon-reload');
  return status === 0;
}

it('the unit is no more exposed than promised', () => {
  const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSED}`, '--no-pager', UNIT];
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout.trim().split('\n').at(-1)}${stderr}`);
});

it('the package has the page and its files', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const packed = JSON.parse(stdout).flatMap(({ files }) => files.map(({ path }) => path));
  const wanted = ['clinker.service', 'clinker.sysusers.conf', 'local-storage.conf', 'README.md'];
  for (const name of wanted) assert.ok(packed.includes(`deploy/systemd/${name}`), `without ${name}`);
  assert.ok(packed.includes('docs/sudoers/clinker'));
});

it('what the page says installs, starts and asks the server', () => {
  const printed = machine.type(blocks.get('Install'));
  assert.match(printed, /"ready":true/);
  assert.match(printed, /Active: active \(running\)/);
  machine.type('systemd-analyze verify clinker.service');
});

it('the server runs as its own account and does its work', () => {
  assert.equal(machine.type(`ps -o user= -p ${property('MainPID')}`), 'clinker');
  machine.type(
    `node --input-type=module -e "import { walkThrough } from '/opt/clinker/node_modules/clinker-server/scripts/lifecycle.mjs';
    await walkThrough('http://127.0.0.1:8776');"`,
  );
});

it('its data is its own', () => {
  assert.equal(machine.type('stat -c "%U %a" /var/lib/clinker'), 'clinker 700');
  assert.notEqual(machine.type('ls /var/lib/clinker'), '');
  assert.equal(machine.type('find /var/lib/clinker ! -user clinker -o -perm /077'), '');
});

it('it comes back after a crash', async () => {
  const before = property('MainPID');
  machine.type(`kill -KILL ${before}`);
  const isReady = () => machine.run('curl -fsS http://127.0.0.1:8776/healthz/ready').status === 0;
  // Right after the kill the unit may still be active, with the process that is gone or with none.
  await until('another process serves', async () =>
    isReady() && isActive() && !['0', before].includes(property('MainPID')) ? true : null,
  );
});

it('it stops when it is told to, and an upgrade as on the page keeps its data', () => {
  machine.type('systemctl stop clinker');
  assert.equal(property('Result'), 'success');
  const volumes = 'curl -fsS -H "X-Auth-Token: admin:demo" http://127.0.0.1:8776/v3/volumes';
  machine.type('systemctl start clinker');
  machine.type(
    `curl -fsS -H "X-Auth-Token: admin:demo" -H "Content-Type: application/json" -d '{"volume": {"size": 1}}' http://127.0.0.1:8776/v3/volumes`,
  );
  const before = machine.type(volumes);
  machine.type(blocks.get('Upgrade'));
  assert.equal(machine.type(volumes), before);
  assert.equal(JSON.parse(before).volumes.length, 1);
});

it('a start that fails says why', () => {
  machine.type(
    'cp -a /etc/clinker/clinker.yaml /root/ && echo "port: soon" >> /etc/clinker/clinker.yaml; systemctl stop clinker',
  );
  assert.notEqual(machine.run('systemctl start clinker').status, 0);
  assert.match(machine.type('journalctl -u clinker -n 20'), /port/);
  machine.type('systemctl stop clinker; cp -a /root/clinker.yaml /etc/clinker/; systemctl start clinker');
});

it('sudo works with the drop-in of the page, and not without', () => {
  const mount = '/usr/bin/sudo -n /usr/bin/mount -t tmpfs tmpfs /srv';
  machine.type(
    'install -m 0440 /opt/clinker/node_modules/clinker-server/docs/sudoers/clinker /etc/sudoers.d/clinker',
  );
  assert.equal(startAfter(mount), false);
  const heading = [...blocks.keys()].find((name) => name.startsWith('With lvm'));
  machine.type(blocks.get(heading));
  assert.ok(isActive());
  assert.equal(startAfter(mount), true);
  assert.equal(startAfter('/usr/bin/sudo -n /usr/bin/stat /etc/shadow'), true);
  assert.equal(startAfter('/usr/bin/sudo -n /usr/bin/id'), false, 'only what the page allows');
});

let isPassed;
try {
  await machine.boot();
  isPassed = await checks.run(process.argv[2]);
} finally {
  await machine.end();
}
process.exitCode = isPassed ? 0 : 1;
