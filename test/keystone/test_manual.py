"""The Keystone section of docs/operations/keystone.md, as an operator follows it."""

import os
import pty
import re

from cloud import REGION
from harness import commands
from harness.server import ROOT, StartedServer
from rig import RigCase
from start_keystone import free_port

PASSWORD = 'from-the-manual'


def section():
    text = (ROOT / 'docs' / 'operations' / 'keystone.md').read_text()
    return re.search(r'^## Keystone$(.*?)(?=^## |\Z)', text, re.MULTILINE | re.DOTALL)[1]


def blocks(language):
    found = re.findall(rf'^( *)```{language}\n(.*?)^ *```$', section(), re.MULTILINE | re.DOTALL)
    return [re.sub(f'^{indent}', '', code, flags=re.MULTILINE) for indent, code in found]


def in_terminal(script, environment):
    """Runs a script in a terminal, where questions for a password are answered; its status and what it printed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve('/bin/bash', ['bash', '-euc', script], environment)
    printed = ''
    while True:
        try:
            new = os.read(terminal, 4096).decode(errors='replace')
        except OSError:
            # The end of what wrote to it.
            break
        printed += new
        if new.rstrip().lower().endswith('password:'):
            os.write(terminal, f'{PASSWORD}\n'.encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), f'$ {script}\n{printed}'


class Manual(RigCase):
    client = 'manual'

    def setUp(self):
        self.forget()
        self.addCleanup(self.restore)

    def forget(self):
        """Takes away what the commands are about to make."""
        api = self.rig.identity()
        for kind in ('volumev3', 'block-storage'):
            for service in api.call('GET', f'/services?type={kind}')[1]['services']:
                api.call('DELETE', f'/services/{service["id"]}')
        api.call('DELETE', f'/users/{self.rig.user("clinker")["id"]}')
        api.call('DELETE', f'/projects/{self.rig.project("service")}')
        api.call('DELETE', f'/roles/{self.rig.cloud["roles"]["service"]}')

    def restore(self):
        api = self.rig.identity()
        for service in api.call('GET', '/services')[1]['services']:
            if service['name'].startswith('clinker'):
                api.call('DELETE', f'/services/{service["id"]}')
        for user in api.call('GET', '/users?name=clinker')[1]['users']:
            api.call('DELETE', f'/users/{user["id"]}')
        self.rig.fill()

    def shell(self, script, user, **environment):
        """Runs lines as they stand there."""
        user = self.rig.user(user)
        environment = {
            'PATH': commands.PATH,
            'HOME': '/nonexistent',
            'LANG': 'C.UTF-8',
            'OS_AUTH_URL': f'{self.rig.keystone.url}/v3',
            'OS_USERNAME': user['name'],
            'OS_PASSWORD': user['password'],
            'OS_PROJECT_NAME': user['project'],
            'OS_USER_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_IDENTITY_API_VERSION': '3',
            'OS_REGION_NAME': REGION,
            **environment,
        }
        status, printed = in_terminal(f'clinker() {{ node {ROOT}/dist/cli/main.js "$@"; }}\n{script}', environment)
        self.assertEqual(status, 0, printed)
        return printed

    def test_of_keystone(self):
        make_user, register, look, examine = blocks('sh')
        [configuration] = blocks('yaml')
        port = free_port()
        self.shell(make_user, 'admin')
        self.shell(register.replace('https://volume.example.org', f'http://127.0.0.1:{port}'), 'admin')
        folder = self.rig.keystone.folder
        (folder / 'password').write_text(PASSWORD)
        configuration = configuration.replace('https://identity.example.org:5000', self.rig.keystone.url)
        configuration = configuration.replace('/etc/clinker/keystone-password', str(folder / 'password'))
        (folder / 'clinker.yaml').write_text(configuration)
        with StartedServer(CLINKER_CONFIG=str(folder / 'clinker.yaml'), PORT=str(port)) as server:
            self.shell(look, 'member-a')
            self.assertIn('[]', self.shell('openstack volume list -f json', 'reader-b'))
            for kind in ('volumev3', 'block-storage'):
                listed = self.shell(f'cinder --os-volume-api-version 3.54 --service-type {kind} list', 'member-a')
                self.assertIn('ID', listed)
            examined = self.shell(examine, 'admin', PORT=str(port), CLINKER_CONFIG=str(folder / 'clinker.yaml'))
            self.assertIn('No inconsistencies.', examined)
            self.assertEqual(server.url, f'http://127.0.0.1:{port}')
