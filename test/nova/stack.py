"""
Nova as a whole, on loopback: API, conductor, scheduler, two computes with the fake hypervisor, Placement and Keystone,
with Clinker in the place of Cinder.
"""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import tempfile
import time
import urllib.error
import urllib.request

import cloud
import settings
from harness.server import ROOT
from machine import Databases, VirtualHost, start_what_is_down
from processes import Program, finish, run
from start_keystone import Keystone, free_port

FOLDER = pathlib.Path(__file__).resolve().parent
PYTHON = '/usr/bin/python3'
PROGRAMS = ('/usr/bin/nova-api', '/usr/bin/nova-conductor', '/usr/bin/nova-scheduler', '/usr/bin/placement-api')
READY_SECONDS = 300


class Stack:
    """Everything, until the end of the with block."""

    def __init__(self):
        #: Seconds from nothing until each part was there.
        self.seconds = {}
        self._began = time.monotonic()

    def __enter__(self):
        missing = [program for program in PROGRAMS if not os.path.exists(program)]
        if missing:
            raise SystemExit(f'{missing[0]} is missing: install nova-api nova-conductor nova-scheduler placement-api')
        start_what_is_down()
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='clinker-nova-')))
            self.databases = stack.enter_context(Databases('nova_api', 'nova', 'nova_cell0', 'placement'))
            self._messages = stack.enter_context(VirtualHost())
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _start(self, stack):
        ports = {name: free_port() for name in ('clinker', 'nova', 'placement', 'empty')}
        self.clinker_url = f'http://127.0.0.1:{ports["clinker"]}'
        self.nova_url = f'http://127.0.0.1:{ports["nova"]}/v2.1'
        self.keystone = Keystone(self.clinker_url)
        self._values = {
            'keystone': self.keystone.url,
            'nova': self.nova_url,
            'empty': f'http://127.0.0.1:{ports["empty"]}',
            'messages': self._messages.url,
            'databases': {name: self.databases.url(name) for name in ('nova_api', 'nova', 'placement')},
            'passwords': {name: cloud.password_of(name) for name in ('nova', 'clinker')},
            **{f'{name}_port': port for name, port in ports.items()},
        }
        settings.write(self.folder, self._values)
        settings.write_clinker(self.folder, self._values)
        self._programs = self._describe(ports)
        stack.callback(self._stop)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            tables = pool.submit(self._make_tables)
            stack.enter_context(self.keystone)
            self._fill_keystone(ports)
            self._passed('Keystone')
            for name in ('empty', 'clinker', 'placement'):
                self.program(name).start(wait=False)
            tables.result()
        self._passed('tables')
        for program in self._programs.values():
            program.start(wait=False)
        for program in self._programs.values():
            program.wait()
        self._passed('answers')
        self.wait_for_hosts()
        self._make_flavors()
        self._passed('ready')

    def _stop(self):
        for program in reversed(self._programs.values()):
            program.stop()

    def _passed(self, what):
        self.seconds[what] = round(time.monotonic() - self._began)

    def _describe(self, ports):
        """The programs, in the order of their start."""
        nova = ['--config-file', self.folder / 'nova.conf']
        with_databases = [*nova, '--config-file', self.folder / 'nova-databases.conf']
        placement = [
            '/usr/bin/uwsgi-core',
            '--plugin=python3',
            '--wsgi-file=/usr/bin/placement-api',
            '--need-app',
            '--enable-threads',
            '--die-on-term',
            f'--http-socket=127.0.0.1:{ports["placement"]}',
            '--buffer-size=65535',
            '--add-header=Connection: close',
        ]
        clinker = ['node', '--max-semi-space-size=16', '--max-old-space-size=192', ROOT / 'dist/main.js']
        programs = [
            Program('empty', [PYTHON, FOLDER / 'empty_services.py', ports['empty']], self.folder, ports['empty']),
            Program(
                'clinker',
                clinker,
                self.folder,
                ports['clinker'],
                '/healthcheck',
                CLINKER_CONFIG=self.folder / 'clinker.yaml',
            ),
            Program(
                'placement',
                placement,
                self.folder,
                ports['placement'],
                OS_PLACEMENT_CONFIG_DIR=self.folder / 'placement',
            ),
            Program('conductor', ['/usr/bin/nova-conductor', *with_databases], self.folder),
            Program('scheduler', ['/usr/bin/nova-scheduler', *with_databases], self.folder),
            Program('api', ['/usr/bin/nova-api', *with_databases], self.folder, ports['nova']),
        ]
        for host in settings.HOSTS:
            own = ['--config-file', self.folder / f'{host}.conf', '--log-file', self.folder / f'{host}.log']
            programs.append(Program(host, [PYTHON, FOLDER / 'compute.py', *nova, *own], self.folder))
        return {program.name: program for program in programs}

    def program(self, name):
        return self._programs[name]

    def _make_tables(self):
        placement = run(
            ['/usr/bin/placement-manage', '--config-file', self.folder / 'placement/placement.conf', 'db', 'sync'],
            self.folder,
        )
        finish(self._manage('api_db', 'sync'))
        finish(self._manage('cell_v2', 'map_cell0', '--database_connection', self.databases.url('nova_cell0')))
        finish(self._manage('db', 'sync'))
        finish(self._manage('cell_v2', 'create_cell', '--name', 'cell1'), placement)

    def _manage(self, *arguments, host=None):
        files = ['nova.conf', 'nova-databases.conf', *([f'{host}.conf'] if host else [])]
        named = [part for file in files for part in ('--config-file', self.folder / file)]
        return run(['/usr/bin/nova-manage', *named, *arguments], self.folder)

    def nova_manage(self, *arguments, host):
        """Exit status and output of nova-manage on a host."""
        command = self._manage(*arguments, host=host)
        output = command.communicate()[0]
        return command.returncode, output.strip()

    def _fill_keystone(self, ports):
        admin = self.keystone.admin()
        for name in ('nova', 'clinker'):
            cloud.grant(admin, self.keystone.cloud, name, 'admin', 'service')
        empty = f'http://127.0.0.1:{ports["empty"]}'
        for kind, url in {
            'compute': self.nova_url,
            'placement': f'http://127.0.0.1:{ports["placement"]}',
            'network': f'{empty}/network',
            'image': f'{empty}/image',
        }.items():
            cloud.register(admin, kind, kind, url)

    def _make_flavors(self):
        token = self.token('admin-a')
        for name, ram in (('tiny', 64), ('small', 128)):
            # What boots from a volume needs no disk.
            flavor = {'id': name, 'name': name, 'ram': ram, 'vcpus': 1, 'disk': 0}
            status, body = ask('POST', f'{self.nova_url}/flavors', token, {'flavor': flavor})
            if status != 200:
                raise RuntimeError(f'flavor {name}: {status} {body}')

    def token(self, user):
        identity = cloud.Identity(self.keystone.url)
        return identity.issue(cloud.scoped(self.keystone.cloud['users'][user]))[0]

    def project(self, name):
        return self.keystone.cloud['projects'][name]

    def wait_for_hosts(self, since=''):
        """Until the scheduler can place servers on both, which have been heard of since then."""
        token = self.token('admin-a')
        deadline = time.monotonic() + READY_SECONDS
        known = {}
        while time.monotonic() < deadline:
            status, body = ask('GET', f'{self.nova_url}/os-services?binary=nova-compute', token)
            services = body['services'] if status == 200 else []
            known = {each['host']: (each['state'], each['updated_at'] or '') for each in services}
            mapped = {row['host'] for row in self.databases.rows('nova_api', 'SELECT host FROM host_mappings')}
            up = {host for host, (state, heard) in known.items() if state == 'up' and heard > since}
            if up & mapped >= set(settings.HOSTS):
                return
            time.sleep(0.3)
        raise RuntimeError(f'the hosts are not there: {known}\n{self.program("host-a").log()[-2000:]}')

    def restart_host(self, host):
        """After it was killed; until Nova has heard of it again."""
        now = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())
        self.program(host).start()
        self.wait_for_hosts(now)

    def configure_clinker(self, **latencies):
        """Counts from its next start."""
        settings.write_clinker(self.folder, self._values, **latencies)


def ask(method, url, token=None, body=None, **headers):
    """Status and body of the answer, whatever it is; header names with underscores for hyphens."""
    headers = {name.replace('_', '-'): value for name, value in headers.items()}
    if token is not None:
        headers['X-Auth-Token'] = token
    data = None
    if body is not None:
        data, headers['Content-Type'] = json.dumps(body).encode(), 'application/json'
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, _parsed(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, _parsed(refused.read())


def _parsed(data):
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data.decode(errors='replace')
