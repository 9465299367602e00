import json
import pathlib

from cloud import PERSONAS, PROJECTS
from operations import OPERATIONS
from rig import RigCase, connector

DESCRIPTION = pathlib.Path(__file__).resolve().parents[2] / 'openapi.json'

#: Things by the name of their id in paths, and where they are shown.
SHOWN = {'volume_id': '/v3/volumes/{}', 'attachment_id': '/v3/attachments/{}', 'type_id': '/v3/types/{}'}


def described_operations():
    """What the API consists of; an action of a route that has several is one of its own."""
    for path, methods in json.loads(DESCRIPTION.read_text())['paths'].items():
        for method, operation in methods.items():
            rule = operation.get('x-openstack-policy')
            if rule is None:
                continue
            for action in rule if isinstance(rule, dict) else ('',):
                yield f'{method.upper()} {path} {action}'.strip()


class Rights(RigCase):
    client = 'rights'

    def test_every_operation_of_the_API_has_a_row(self):
        rows = [operation.key for operation in OPERATIONS]
        self.assertEqual(sorted(rows), sorted(described_operations()))

    def test_lists_show_the_own_project_and_all_of_them_to_an_admin_who_asks(self):
        volume = self.volume('member-a')
        attachment = self.attachment(volume, 'member-a')
        self.volume('member-b')
        for path, thing in (('/v3/volumes', volume), ('/v3/volumes/detail', volume), ('/v3/attachments', attachment)):
            for user, own, all_projects in (
                ('admin-a', True, True),
                ('member-a', True, True),
                ('reader-a', True, True),
                ('admin-b', False, True),
                ('member-b', False, False),
                ('reader-b', False, False),
            ):
                for query, expected in (('', own), ('?all_tenants=1', all_projects)):
                    listed = self.done(user, 'GET', path + query)[path.split('/')[2]]
                    self.assertEqual(thing in [one['id'] for one in listed], expected, f'{user} {path}{query}')

    def test_credentials_of_a_connection_are_for_those_who_may_attach(self):
        attachment = self.attachment(self.volume(), connector=connector())
        for user, sees in (('admin-a', True), ('member-a', True), ('reader-a', False), ('admin-b', True)):
            shown = self.done(user, 'GET', f'/v3/attachments/{attachment}')['attachment']['connection_info']
            self.assertEqual('auth_password' in shown, sees, user)

    def test_a_path_in_capitals_is_no_way_around_authentication(self):
        for path in ('/V3/volumes', '/v3/VOLUMES', '/V3/attachments'):
            self.assertIn(self.rig.clinker.ask('GET', path).status, (401, 404))
        self.assertEqual(self.rig.ask('service-a', 'GET', '/v3/VOLUMES').status, 404)

    def check(self, operation):
        """One operation for every persona of the owner's project and of another one."""
        callers = [
            (f'{role}-{project}', operation.expected(role, is_foreign=project == 'b'))
            for project in PROJECTS
            for role in PERSONAS
        ]
        self.check_refused(operation, [caller for caller in callers if caller[1] in (403, 404)])
        for user, status in callers:
            if status not in (403, 404):
                self.assert_status(operation, operation.prepare(self), user, status)

    def check_refused(self, operation, callers):
        """All about the same thing, which stays as it was."""
        target = operation.prepare(self)
        before = self.shown(target)
        for user, status in callers:
            self.assert_status(operation, target, user, status)
        self.assert_without_token(operation, target)
        self.assertEqual(self.shown(target), before)

    def assert_status(self, operation, target, user, status):
        path = operation.path.format(**target)
        answer = self.rig.ask(user, operation.method, path, target.get('body'))
        self.assertEqual(answer.status, status, f'{user}: {operation.key}: {answer}')
        if status == 403:
            self.assertRegex(answer.body['forbidden']['message'], r"^Policy doesn't allow \S+ to be performed\.$")
        # The other project's path is refused to everyone, before anything else.
        other = self.rig.project('b' if user.endswith('a') else 'a')
        elsewhere = path.replace('/v3/', f'/v3/{other}/', 1)
        answer = self.rig.ask(user, operation.method, elsewhere, target.get('body'))
        self.assertEqual((answer.status, answer.body), (400, MALFORMED), f'{user}: {operation.key}: {answer}')

    def assert_without_token(self, operation, target):
        path = operation.path.format(**target)
        for token in (None, 'forged', self.rig.token('member-a')[:-4] + 'AAAA'):
            answer = self.rig.clinker.ask(operation.method, path, token, target.get('body'))
            self.assertEqual(answer.status, 401, f'{operation.key}: {answer}')

    def shown(self, target):
        """What an admin sees of the thing."""
        paths = [path.format(target[name]) for name, path in SHOWN.items() if name in target]
        return [self.done('admin-a', 'GET', path) for path in paths]


MALFORMED = {'badRequest': {'code': 400, 'message': 'Malformed request url'}}


def _add_check(operation):
    name = f'test_{operation.key}'.replace(' ', '_')
    setattr(Rights, name, lambda self: self.check(operation))


for each in OPERATIONS:
    _add_check(each)
