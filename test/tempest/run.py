#!/usr/bin/python3
"""
Runs tempest's tests of the volume service against the server, with the tokens of a real Keystone.

    /usr/bin/python3 test/tempest/run.py                   all of them, compared with expected.txt
    /usr/bin/python3 test/tempest/run.py -r volume_types   those whose names have this part

Needs the packages tempest, cinder-tempest-plugin, python3-keystone, uwsgi-core and uwsgi-plugin-python3. Keystone, the
server and all files are made for the run and removed after it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(FOLDER.parent / 'clients'), str(FOLDER.parent / 'keystone')]

try:
    import cloud
    from compute import Compute
    from configuration import write_configuration
    from expectations import compare, read_expectations
    from harness.server import StartedServer
    from results import FAIL, PASS, SKIP, read_results
    from start_keystone import Keystone
except ImportError as error:
    sys.exit(f'{error}: install tempest cinder-tempest-plugin python3-keystone uwsgi-core uwsgi-plugin-python3')

TESTS = r'^(tempest\.api\.volume\.|cinder_tempest_plugin\.(api\.volume\.test_volume_unicode|rbac)\.)'
BACKENDS = ('first', 'second')
VENDOR = 'Open Source'
LONGEST_SECONDS = 1080


def free_port():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def settings(port, keystone):
    user = keystone.cloud['users']['clinker']
    return {
        'PORT': str(port),
        'CLINKER_MAX_LIMIT': '1000',
        'CLINKER_BACKENDS': json.dumps([{'name': name, 'driver': 'fake'} for name in BACKENDS]),
        'CLINKER_AUTH_STRATEGY': 'keystone',
        'CLINKER_KEYSTONE_AUTH_URL': keystone.url,
        'CLINKER_KEYSTONE_USERNAME': user['name'],
        'CLINKER_KEYSTONE_PASSWORD': user['password'],
        'CLINKER_KEYSTONE_TIMEOUT_MS': '30000',
    }


def add_compute(keystone, url):
    """Puts the stand-in into the catalogue."""
    api = cloud.Identity(keystone.url)
    api.token = api.issue(cloud.scoped(keystone.cloud['admin']))[0]
    service = api.ensure('service', {'name': 'nova', 'type': 'compute'})['id']
    endpoint = {'service_id': service, 'region_id': keystone.cloud['region'], 'interface': 'public', 'url': url}
    api.call('POST', '/endpoints', {'endpoint': endpoint})


def run_group(arguments, **more):
    """How a program ended, which leaves no process behind however this ends."""
    process = subprocess.Popen(arguments, start_new_session=True, **more)
    try:
        return process.wait(LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return f'cut off after {LONGEST_SECONDS} s'
    finally:
        # Its workers outlive it when it is cut off.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def run_tempest(folder, configuration, part, concurrency):
    """The results of the chosen tests."""
    # Tempest notes its workspaces in the home folder.
    environment = {**os.environ, 'HOME': str(folder)}

    def tempest(*arguments, **more):
        return subprocess.run(arguments, env=environment, stdin=subprocess.DEVNULL, capture_output=True, **more)

    workspace = folder / 'workspace'
    tempest('/usr/bin/tempest', 'init', str(workspace), cwd=folder, check=True)
    chosen = TESTS if part is None else f'{TESTS}.*{re.escape(part)}'
    with (folder / 'output').open('w') as output:
        status = run_group(
            ['/usr/bin/tempest', 'run', '--config-file', str(configuration), '--concurrency', str(concurrency), '--regex', chosen],
            cwd=workspace, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )
    last = tempest('/usr/bin/stestr', 'last', '--subunit', cwd=workspace)
    (folder / 'results').write_bytes(last.stdout)
    with (folder / 'results').open('rb') as stream:
        results = read_results(stream)
    if not results:
        raise SystemExit(f'tempest ran no test (exit {status}):\n{(folder / "output").read_text()[-4000:]}')
    return results


def report(results, expected):
    """Prints every result, and what was not expected. Returns whether all was."""
    for name, result in sorted(results.items()):
        wanted = expected.get(name)
        reason = f' ({wanted.reason})' if wanted and wanted.reason else ''
        print(f'{result.outcome} {name}{reason}')
    unexpected = compare(expected, results)
    for line in unexpected:
        print(f'\nNOT AS EXPECTED {line}')
        result = results.get(line.partition(': ')[0])
        if result and result.text:
            print('    ' + '\n    '.join(result.text.splitlines()[-25:]))
    counts = {outcome: sum(result.outcome == outcome for result in results.values()) for outcome in (PASS, FAIL, SKIP)}
    print(
        f'\n{counts[PASS]} passed, {counts[FAIL]} failed, {counts[SKIP]} skipped; '
        f'{len(unexpected)} not as expected'
    )
    return not unexpected


def main():
    parser = argparse.ArgumentParser(description="Runs tempest's tests of the volume service against the server.")
    parser.add_argument('-r', metavar='PART', help='only tests whose names have this part')
    parser.add_argument('--concurrency', type=int, default=2)
    options = parser.parse_args()
    # Whoever cuts the run off wants nothing left of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit('cut off'))

    expected = read_expectations(FOLDER / 'expected.txt')
    if options.r is not None:
        expected = {name: wanted for name, wanted in expected.items() if options.r in name}
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix='clinker-tempest-') as temporary,
        Compute() as compute,
        Keystone(f'http://127.0.0.1:{port}') as keystone,
        StartedServer(**settings(port, keystone)),
    ):
        folder = pathlib.Path(temporary)
        add_compute(keystone, compute.url)
        configuration = folder / 'tempest.conf'
        write_configuration(configuration, folder, keystone, VENDOR, BACKENDS)
        results = run_tempest(folder, configuration, options.r, options.concurrency)
    sys.exit(0 if report(results, expected) else 1)


main()
