/**
 * npm run test:container: builds deploy/container/Containerfile and runs it as deploy/container/README.md says, with
 * Debian's podman. Where no registry of images is within reach, the base image is made of Debian's packages and of the
 * Node.js that runs this.
 *
 * Runs in a mount and a cgroup namespace of its own, because podman needs a machine without mixed cgroups.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Checks } from '../dataplane/checks.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BASE = 'localhost/node';
const PREBUILT = '/prebuilt';
/** Whom this machine trusts, which may be a mirror of its own. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Runs a program that has to work. @returns what it prints. */
function run(program, args, { env = process.env, seconds = 240, cwd = ROOT } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: seconds * 1000,
  });
  if (error !== undefined) throw error;
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout.slice(-3000)}${stderr.slice(-3000)}`);
  return stdout.trim();
}

/** The blocks of the page, by heading. */
async function pageBlocks() {
  const text = await readFile(join(ROOT, 'deploy/container/README.md'), 'utf8');
  const parts = text.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => [
      part.slice(0, part.indexOf('\n')),
      [...part.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block]) => block).join(''),
    ]),
  );
}

if (process.getuid() !== 0 || spawnSync('podman', ['--version']).status !== 0) {
  console.log('FAILED: this needs root, and the package podman');
  process.exit(1);
}
if (readlinkSync('/proc/self/ns/mnt') === readlinkSync(`/proc/${process.ppid}/ns/mnt`)) {
  console.log('FAILED: this needs a mount namespace of its own: npm run test:container');
  process.exit(1);
}

for (const args of [
  ['--make-rprivate', '/'],
  ['-t', 'tmpfs', 'tmpfs', '/sys/fs/cgroup'],
  ['-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup'],
]) {
  run('mount', args);
}
const folder = await mkdtemp(join(tmpdir(), 'clinker-container-'));
const programs = join(folder, 'programs');
/** Keeps the network of the containers, in which their ports are free. */
const network = spawn('unshare', ['--net', 'sleep', '3600'], { stdio: 'ignore' });
const env = {
  ...process.env,
  PATH: `${programs}:${process.env.PATH}`,
};

/** What the page's podman is: one with its own storage, on a machine that cannot limit what it has no controllers for. */
async function writePodman() {
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  const limits = '--cgroups=disabled --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 --network host';
  const images = [`BUILD_IMAGE=${BASE}`, `RUN_IMAGE=${BASE}`]
    .map((argument) => `--build-arg ${argument}`)
    .join(' ');
  await mkdir(programs);
  const file = join(programs, 'podman');
  // What npm has downloaded for this clone it need not download again.
  const cache = `--volume ${run('npm', ['config', 'get', 'cache'])}:/root/.npm`;
  const own = `/usr/bin/podman ${storage.join(' ')} --cgroup-manager=cgroupfs`;
  await writeFile(
    file,
    `#!/bin/sh
command=$1
[ $# -eq 0 ] || shift
case $command in
  run) exec ${own} run ${limits} "$@" ;;
  build) exec ${own} build --isolation chroot --network host ${cache} ${images} "$@" ;;
  *) exec ${own} "$command" "$@" ;;
esac
`,
  );
  await chmod(file, 0o755);
}

/** SQLite's bindings as this clone has them, in the form in which their publisher offers them. */
async function writePrebuilt(root) {
  const require = createRequire(join(ROOT, 'package.json'));
  const package_ = dirname(require.resolve('sqlite3/package.json'));
  const { version, binary } = JSON.parse(await readFile(join(package_, 'package.json'), 'utf8'));
  const name = `sqlite3-v${version}-napi-v${Math.max(...binary.napi_versions)}-linux-${process.arch}.tar.gz`;
  await mkdir(join(root, PREBUILT));
  run('tar', ['-czf', join(root, PREBUILT, name), '-C', package_, 'build/Release/node_sqlite3.node']);
}

/** Debian, with this machine's Node.js and npm where the official images have them. */
async function makeBase() {
  const root = join(folder, 'base');
  run('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--include=libstdc++6,ca-certificates',
    'bookworm',
    root,
  ]);
  await cp(process.execPath, join(root, 'usr/local/bin/node'));
  const npm = join(run('npm', ['root', '--global']), 'npm');
  await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  await cp(CERTIFICATES, join(root, CERTIFICATES));
  await writePrebuilt(root);
  const archive = join(folder, 'base.tar');
  run('tar', ['-cf', archive, '-C', root, '.']);
  await rm(root, { recursive: true });
  const settings = {
    npm_config_sqlite3_local_prebuilds: PREBUILT,
    npm_config_cafile: CERTIFICATES,
    npm_config_update_notifier: 'false',
  };
  const changes = Object.entries(settings).flatMap(([name, value]) => ['--change', `ENV ${name}=${value}`]);
  run('podman', ['import', ...changes, archive, BASE], { env });
}

/** Types commands in the network of the containers. */
const type = (commands) =>
  run('nsenter', [`--target=${network.pid}`, '--net', '--', 'sh', '-euc', commands], { env });
const inspect = (format) => run('podman', ['inspect', '--format', format, 'clinker'], { env });

const blocks = await pageBlocks();
const checks = new Checks();
const { it } = checks;

it('there is a base image', makeBase);

it('the image is built as the page says', async () => {
  const clone = join(folder, 'clone');
  await mkdir(join(clone, 'deploy'), { recursive: true });
  // The page's folder "image" is not for the clone that is tested.
  await cp(join(ROOT, 'deploy/container'), join(clone, 'deploy/container'), { recursive: true });
  const typed = blocks.get('Build').replace('npm pack', `npm pack ${ROOT} --ignore-scripts`);
  run('sh', ['-euc', typed], { env, cwd: clone });
});

it('it runs as the page says', () => {
  type('ip link set lo up');
  assert.match(type(blocks.get('Run')), /"ready":true/);
});

it('the process is nobody special and can write its data alone', () => {
  const told = type(
    'podman exec clinker sh -c "id -u; grep -E ^CapEff: /proc/1/status; touch /tmp/x /opt/x 2>&1 || true"',
  );
  assert.match(told, /^10001\nCapEff:\t0+\n/);
  assert.match(told, /\/opt\/x': Read-only file system/);
  assert.equal(inspect('{{.State.Healthcheck.Status}}{{.State.Health.Status}}').includes('unhealthy'), false);
  assert.equal(type('podman exec clinker stat -c "%u %a" /var/lib/clinker'), '10001 700');
});

it('the image has nothing of the stage that built it', () => {
  assert.equal(type('podman exec clinker sh -c "ls /build 2>/dev/null | wc -l"'), '0');
});

it('it does its work', () => {
  type(
    `node --input-type=module -e "import { walkThrough } from '${ROOT}scripts/lifecycle.mjs'; await walkThrough('http://127.0.0.1:8776')"`,
  );
});

it('it stops at once when it is told to, and keeps its data for the next', () => {
  const volumes = 'curl -fsS -H "X-Auth-Token: admin:demo" http://127.0.0.1:8776/v3/volumes';
  type(
    `curl -fsS -H "X-Auth-Token: admin:demo" -H "Content-Type: application/json" -d '{"volume": {"size": 1}}' http://127.0.0.1:8776/v3/volumes`,
  );
  const before = type(volumes);
  const began = performance.now();
  type(blocks.get('Stop and upgrade'));
  assert.ok(performance.now() - began < 20_000, 'it was killed, or nearly');
  type(blocks.get('Run'));
  assert.equal(type(volumes), before);
});

let isPassed;
try {
  await writePodman();
  // In a folder whose programs cannot be executed, the machine's own podman would be found.
  assert.equal(type('command -v podman'), join(programs, 'podman'));
  isPassed = await checks.run(process.argv[2]);
} finally {
  spawnSync(join(programs, 'podman'), ['rm', '--force', '--time', '5', 'clinker'], { env });
  network.kill();
  spawnSync('umount', [join(folder, 'storage/overlay')]);
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = isPassed ? 0 : 1;
