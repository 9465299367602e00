"""The MariaDB and the RabbitMQ of the machine, and what a run has in them: databases and a virtual host of its own."""

import os
import re
import secrets
import socket
import subprocess
import time
from urllib.parse import urlsplit

try:
    import pymysql
except ImportError as error:
    raise SystemExit(f'{error}: install python3-pymysql') from None

START_SECONDS = 120
NAMED_MARIADB = os.environ.get('MARIADB_URL')
MARIADB_PORT = urlsplit(NAMED_MARIADB or 'mariadb://root@127.0.0.1:3306/mysql').port
RABBITMQ_PORT = 5672
PREFIX = 'clinker_nova_'
PROGRAMS = {MARIADB_PORT: '/usr/sbin/mariadbd', RABBITMQ_PORT: '/usr/sbin/rabbitmq-server'}


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(('127.0.0.1', port)) == 0


def start_what_is_down():
    """They are services of the machine, and go on running after the run."""
    for port, program in PROGRAMS.items():
        if not listens(port) and not (port == MARIADB_PORT and NAMED_MARIADB):
            # Where no init system does it.
            start = ['start-stop-daemon', '--start', '--oknodo', '--background', '--exec', program]
            subprocess.run(start, check=True)
    deadline = time.monotonic() + START_SECONDS
    for port, program in PROGRAMS.items():
        while not listens(port):
            if time.monotonic() > deadline:
                raise SystemExit(f'{program} does not answer on port {port}')
            time.sleep(0.2)


def _is_running(pid):
    return os.path.exists(f'/proc/{pid}')


class Databases:
    """Empty databases, until the end of the with block."""

    def __init__(self, *names):
        self._names = {name: f'{PREFIX}{os.getpid()}_{name}' for name in names}

    def __enter__(self):
        self._drop_what_dead_runs_left()
        for database in self._names.values():
            self.run(f'CREATE DATABASE {database} CHARACTER SET utf8')
        return self

    def __exit__(self, *_):
        for database in self._names.values():
            self.run(f'DROP DATABASE IF EXISTS {database}')

    def url(self, name):
        return f'mysql+pymysql://root@127.0.0.1:{MARIADB_PORT}/{self._names[name]}?charset=utf8'

    def rows(self, name, statement, *values):
        return self.run(statement, values, self._names[name])

    def run(self, statement, values=(), database=None):
        connection = pymysql.connect(
            host='127.0.0.1',
            port=MARIADB_PORT,
            user='root',
            database=database,
            autocommit=True,
            cursorclass=pymysql.cursors.DictCursor,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _drop_what_dead_runs_left(self):
        for row in self.run('SHOW DATABASES'):
            made = re.fullmatch(rf'{PREFIX}(\d+)_\w+', row['Database'])
            if made and not _is_running(made[1]):
                self.run(f'DROP DATABASE IF EXISTS {row["Database"]}')


class VirtualHost:
    """A part of RabbitMQ with a user of its own, until the end of the with block."""

    def __init__(self):
        self._name = f'clinker-nova-{os.getpid()}'
        self._password = secrets.token_hex(8)
        self.url = f'rabbit://{self._name}:{self._password}@127.0.0.1:{RABBITMQ_PORT}/{self._name}'

    def __enter__(self):
        self._control('await_startup')
        self._drop_what_dead_runs_left()
        self._control('add_vhost', self._name)
        self._control('add_user', self._name, self._password)
        self._control('set_permissions', '-p', self._name, self._name, '.*', '.*', '.*')
        return self

    def __exit__(self, *_):
        self._drop(self._name)

    def _drop_what_dead_runs_left(self):
        for name in self._control('list_vhosts', '--silent').split():
            made = re.fullmatch(r'clinker-nova-(\d+)', name)
            if made and not _is_running(made[1]):
                self._drop(name)

    def _drop(self, name):
        self._control('delete_vhost', name)
        self._control('delete_user', name)

    def _control(self, *arguments):
        done = subprocess.run(['rabbitmqctl', *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f'rabbitmqctl {arguments[0]} ended with {done.returncode}:\n{done.stderr}')
        return done.stdout
