import uuid

from cloud import Identity, scoped
from rig import RigCase


class Roles(RigCase):
    client = 'roles'

    def setUp(self):
        self.api = self.rig.identity()
        self.roles = self.rig.cloud['roles']

    def roles_of(self, user):
        token, shown = Identity(self.rig.keystone.url).issue(scoped(self.rig.user(user)))
        return token, {role['name'] for role in shown['roles']}

    def test_of_admin_and_member_imply_those_below_them(self):
        self.assertEqual(self.roles_of('admin-a')[1], {'admin', 'member', 'reader'})
        self.assertEqual(self.roles_of('member-a')[1], {'member', 'reader'})
        self.assertEqual(self.roles_of('service-a')[1], {'service'})

    def test_imply_those_below_them_without_keystone_too(self):
        implied = f'/roles/{self.roles["member"]}/implies/{self.roles["reader"]}'
        self.api.call('DELETE', implied)
        self.addCleanup(self.api.call, 'PUT', implied)
        token, roles = self.roles_of('member-a')
        self.assertEqual(roles, {'member'})
        self.assertEqual(self.status(token), 200)

    def test_have_no_case(self):
        role = f'/roles/{self.roles["reader"]}'
        # What bootstrap makes is not to be changed by mistake.
        self.api.call('PATCH', role, {'role': {'options': {'immutable': False}}})
        self.api.call('PATCH', role, {'role': {'name': 'Reader'}})
        self.addCleanup(self.api.call, 'PATCH', role, {'role': {'name': 'reader'}})
        token, roles = self.roles_of('reader-a')
        self.assertEqual(roles, {'Reader'})
        self.assertEqual(self.status(token), 200)
        service = f'/roles/{self.roles["service"]}'
        self.api.call('PATCH', service, {'role': {'name': 'SERVICE'}})
        self.addCleanup(self.api.call, 'PATCH', service, {'role': {'name': 'service'}})
        token, roles = self.roles_of('nova')
        self.assertEqual(roles, {'SERVICE'})
        self.assertEqual(self.status(self.rig.token('member-a'), X_Service_Token=token), 200)

    def test_that_are_unknown_are_none(self):
        name = uuid.uuid4().hex
        other = self.api.ensure('role', {'name': f'admin-of-{name}'})['id']
        user = self.api.ensure('user', {'name': name, 'password': 'a-secret', 'domain_id': 'default'})['id']
        self.api.call('PUT', f'/projects/{self.rig.project("a")}/users/{user}/roles/{other}')
        stranger = {'name': name, 'password': 'a-secret', 'project': 'a'}
        token = Identity(self.rig.keystone.url).issue(scoped(stranger))[0]
        self.assertEqual((self.status(token), self.status(token, '/v3/types')), (403, 200))
