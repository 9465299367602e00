import concurrent.futures
import time
import uuid

from cloud import Identity, scoped
from rig import Clinker, RigCase, connector

REFUSAL = {
    'error': {
        'code': 401,
        'title': 'Unauthorized',
        'message': 'The request you have made requires authentication.',
    }
}


class Tokens(RigCase):
    client = 'tokens'

    def test_are_asked_for_with_the_address_of_keystone(self):
        for path in ('/v3/volumes', f'/v3/{self.rig.project("a")}/attachments', '/v3/no-such-thing'):
            answer = self.rig.clinker.ask('GET', path)
            self.assertEqual((answer.status, answer.body), (401, REFUSAL))
            self.assertEqual(answer.headers['WWW-Authenticate'], f'Keystone uri="{self.rig.keystone.url}"')
        for path in ('/', '/healthcheck', '/v3/'):
            self.assertIn(self.rig.clinker.ask('GET', path).status, (200, 300), path)

    def test_that_are_forged_are_refused(self):
        token = self.rig.fresh_token('admin-a')
        middle = len(token) // 2
        other = 'A' if token[middle] != 'A' else 'B'
        changed = token[:middle] + other + token[middle + 1 :]
        cut = (token[:-8], token + 'AAAA', token.swapcase())
        for forged in ('', 'admin:admin', changed, *cut, 'gAAAAA', uuid.uuid4().hex):
            self.assertEqual(self.status(forged), 401, forged)
        self.assertEqual(self.status(token), 200)

    def test_of_another_scope_than_a_project_are_forbidden(self):
        api = self.rig.identity()
        user, role = self.rig.user('admin-a')['id'], self.rig.cloud['roles']['admin']
        api.call('PUT', f'/domains/default/users/{user}/roles/{role}')
        api.call('PUT', f'/system/users/{user}/roles/{role}')
        scopes = ({}, {'domain': {'name': 'Default'}}, {'system': {'all': True}})
        for scope in scopes:
            token = self.rig.fresh_token('admin-a', scope)
            for path in ('/v3/volumes', '/v3/types', '/v3/os-services'):
                answer = self.rig.clinker.ask('GET', path, token)
                self.assertEqual(answer.status, 403, f'{scope}: {answer}')
                self.assertEqual(answer.body['forbidden']['message'], 'The token is not scoped to a project.')

    def test_of_a_trust_have_its_project_and_roles(self):
        trustor, trustee = self.rig.user('member-a'), self.rig.user('reader-b')
        trust = {
            'trustor_user_id': trustor['id'],
            'trustee_user_id': trustee['id'],
            'project_id': self.rig.project('a'),
            'impersonation': False,
            'roles': [{'name': 'reader'}],
        }
        api = self.rig.identity('member-a')
        made = api.call('POST', '/OS-TRUST/trusts', {'trust': trust})[1]['trust']
        token = self.rig.fresh_token('reader-b', {'OS-TRUST:trust': {'id': made['id']}})
        volume = self.volume('member-a')
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}'), 200)
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}', 'DELETE'), 403)

    def test_of_services_end_the_connections_of_servers_by_the_service_token_rule(self):
        member = self.rig.token('member-a')
        with Clinker(self.rig.keystone, CLINKER_SERVICE_TOKEN_RULE='service-only') as clinker:
            body = {'volume': {'size': 1}}
            volume = clinker.ask('POST', '/v3/volumes', member, body).body['volume']['id']
            self.eventually(lambda: clinker.ask('GET', f'/v3/volumes/{volume}', member).body['volume']['status'] == 'available')
            wanted = {'volume_uuid': volume, 'instance_uuid': str(uuid.uuid4()), 'connector': connector()}
            made = clinker.ask('POST', '/v3/attachments', member, {'attachment': wanted}).body['attachment']['id']
            self.assertEqual(clinker.ask('POST', f'/v3/attachments/{made}/action', member, {'os-complete': None}).status, 204)

            def delete(**tokens):
                return clinker.ask('DELETE', f'/v3/attachments/{made}', member, **tokens).status

            self.assertEqual(delete(), 409)
            self.assertEqual(delete(X_Service_Token=self.rig.token('reader-b')), 401)
            self.assertEqual(delete(X_Service_Token='forged'), 401)
            self.assertEqual(clinker.ask('GET', f'/v3/attachments/{made}', member).body['attachment']['status'], 'attached')
            self.assertEqual(delete(X_Service_Token=self.rig.token('service-b')), 200)

    def test_count_and_headers_that_say_who_one_is_do_not(self):
        claims = {
            'X_Identity_Status': 'Confirmed',
            'X_Roles': 'admin',
            'X_Project_Id': self.rig.project('a'),
            'X_User_Id': 'somebody',
            'X_Is_Admin_Project': 'True',
            'X_Service_Roles': 'service',
            'X_Service_Identity_Status': 'Confirmed',
        }
        self.assertEqual(self.status(None, **claims), 401)
        self.assertEqual(self.status('admin:admin', **claims), 401)
        self.assertEqual(self.status(self.rig.token('reader-b'), '/v3/os-services', **claims), 403)

    def test_are_validated_once_for_200_requests_at_the_same_time(self):
        token = self.rig.fresh_token('reader-a')
        # So that the own token is there.
        self.assertEqual(self.status(self.rig.token('reader-a')), 200)
        before = len(self.rig.keystone.requests())
        with concurrent.futures.ThreadPoolExecutor(200) as pool:
            statuses = list(pool.map(lambda _: self.status(token), range(200)))
        self.assertEqual(statuses, [200] * 200)
        self.assertEqual(self.rig.keystone.requests()[before:], ['GET /v3/auth/tokens?nocatalog 200'])

    def test_that_are_forged_cost_one_question_within_ten_seconds(self):
        # So that the own token is known to be good.
        self.assertEqual(self.status(self.rig.fresh_token('reader-a')), 200)
        before = len(self.rig.keystone.requests())
        forged = f'gAAAAA{uuid.uuid4().hex}'
        self.assertEqual([self.status(forged) for _ in range(10)], [401] * 10)
        self.assertEqual(self.rig.keystone.requests()[before:], ['GET /v3/auth/tokens?nocatalog 404'])

    def test_stay_out_of_the_log_with_all_passwords(self):
        token = self.rig.fresh_token('member-a')
        self.assertEqual(self.status(token), 200)
        path = f'/v3/volumes/{uuid.uuid4()}'
        self.assertEqual(self.status(token, path, X_Service_Token=token), 401)
        log = self.assert_logged(f'"path":"{path}","status":401')
        self.assertNotIn('noauth', log)
        for secret in (token, self.rig.token('admin-a'), 'clinker-secret'):
            self.assertNotIn(secret, log)


class ServiceTokens(RigCase):
    client = 'service tokens'

    def test_of_a_service_change_no_rights(self):
        service = self.rig.token('nova')
        for user, path, status in (
            ('reader-a', '/v3/volumes', 200),
            ('reader-a', '/v3/os-services', 403),
            ('service-a', '/v3/volumes', 403),
            ('admin-a', '/v3/os-services', 200),
        ):
            self.assertEqual(self.status(self.rig.token(user), path, X_Service_Token=service), status, user)
        volume = self.volume('member-a')
        token = self.rig.token('member-b')
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}', X_Service_Token=service), 404)

    def test_that_do_not_count_refuse_the_request(self):
        token = self.rig.token('admin-a')
        for bad in ('', 'forged', token, self.rig.token('member-a'), self.rig.fresh_token('nova', {})):
            self.assertEqual(self.status(token, X_Service_Token=bad), 401, bad)

    def test_are_no_token_of_a_user(self):
        self.assertEqual(self.status(None, X_Service_Token=self.rig.token('nova')), 401)
        self.assertEqual(self.status('forged', X_Service_Token=self.rig.token('nova')), 401)

    def test_do_not_bring_a_revoked_token_back(self):
        token = self.rig.fresh_token('member-a')
        self.rig.identity().revoke(token)
        self.assertEqual(self.status(token), 401)
        self.assertEqual(self.status(token, X_Service_Token=self.rig.token('nova')), 401)


class ApplicationCredentials(RigCase):
    client = 'application credentials'

    def made(self, user='member-a', **more):
        api = self.rig.identity(user)
        path = f'/users/{self.rig.user(user)["id"]}/application_credentials'
        body = {'application_credential': {'name': uuid.uuid4().hex, **more}}
        return api.call('POST', path, body)[1]['application_credential']

    def token_of(self, credential):
        method = {'id': credential['id'], 'secret': credential['secret']}
        identity = {'methods': ['application_credential'], 'application_credential': method}
        return Identity(self.rig.keystone.url).issue({'auth': {'identity': identity}})[0]

    def test_work_as_their_user_does(self):
        token = self.token_of(self.made())
        volume = self.volume('member-a')
        self.assertEqual(self.status(token, f'/v3/{self.rig.project("a")}/volumes/{volume}'), 200)
        self.assertEqual(self.status(token, f'/v3/{self.rig.project("b")}/volumes'), 400)
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}', 'DELETE'), 202)
        self.assertEqual(self.status(token, '/v3/os-services'), 403)

    def test_have_the_roles_that_they_were_given(self):
        token = self.token_of(self.made(roles=[{'name': 'reader'}]))
        volume = self.volume('member-a')
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}'), 200)
        self.assertEqual(self.status(token, f'/v3/volumes/{volume}', 'DELETE'), 403)

    def test_permit_what_their_access_rules_name(self):
        rules = [
            {'service': 'volumev3', 'method': 'GET', 'path': '/v3/volumes'},
            {'service': 'block-storage', 'method': 'GET', 'path': '/v3/{project_id}/volumes/*'},
            {'service': 'volumev3', 'method': 'GET', 'path': '/v3/attachments/**'},
            {'service': 'compute', 'method': 'GET', 'path': '/v3/types'},
        ]
        token = self.token_of(self.made(access_rules=rules))
        volume = self.volume('member-a')
        attachment = self.attachment(volume)
        own = f'/v3/{self.rig.project("a")}/volumes'
        for method, path, status in (
            ('GET', '/v3/volumes', 200),
            ('GET', '/v3/volumes?limit=1', 200),
            ('POST', '/v3/volumes', 401),
            ('GET', f'/v3/volumes/{volume}', 401),
            ('GET', f'{own}/{volume}', 200),
            ('GET', f'{own}/{volume}/metadata', 401),
            ('DELETE', f'{own}/{volume}', 401),
            ('GET', f'/v3/attachments/{attachment}/history', 200),
            ('GET', '/v3/types', 401),
        ):
            self.assertEqual(self.status(token, path, method), status, f'{method} {path}')
        # A service's own requests on behalf of the user are not the user's.
        self.assertEqual(self.status(token, '/v3/types', X_Service_Token=self.rig.token('nova')), 200)

    def test_end_when_they_expire(self):
        expires = time.time() + 10
        credential = self.made(expires_at=time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(expires)))
        token = self.token_of(credential)
        self.assertEqual(self.status(token), 200)
        self.eventually(lambda: self.status(token) == 401)
        self.assertGreaterEqual(time.time(), expires - 1)


class Revocation(RigCase):
    """What ends a token before its time, on a server that remembers tokens for a second."""

    client = 'revocation'

    @classmethod
    def setUpClass(cls):
        cls.forgetful = Clinker(cls.rig.keystone, CLINKER_KEYSTONE_TOKEN_CACHE_S='1')
        cls.forgetful.__enter__()
        cls.addClassCleanup(cls.forgetful.__exit__, None, None, None)

    def setUp(self):
        self.api = self.rig.identity()
        name = uuid.uuid4().hex
        self.project = self.api.ensure('project', {'name': name, 'domain_id': 'default'})['id']
        self.user = {'name': name, 'password': 'a-secret', 'project': name}
        made = self.api.ensure('user', {'name': name, 'password': 'a-secret', 'domain_id': 'default'})
        self.path = f'/users/{made["id"]}'
        self.grant = f'/projects/{self.project}/users/{made["id"]}/roles/{self.rig.cloud["roles"]["member"]}'
        self.api.call('PUT', self.grant)

    def issued(self, user=None):
        return Identity(self.rig.keystone.url).issue(scoped(user or self.user))[0]

    def assert_ended_by(self, act):
        token = self.issued()
        self.assertEqual(self.status(token, on=self.forgetful), 200)
        self.assertEqual(self.status(token), 200)
        act(token)
        self.eventually(lambda: self.status(token, on=self.forgetful) == 401)
        # The other one remembers it for a minute.
        self.assertEqual(self.status(token), 200)

    def test_of_the_token(self):
        self.assert_ended_by(self.api.revoke)

    def test_of_the_role(self):
        self.assert_ended_by(lambda _: self.api.call('DELETE', self.grant))

    def test_of_the_user(self):
        self.assert_ended_by(lambda _: self.api.call('PATCH', self.path, {'user': {'enabled': False}}))

    def test_of_the_project(self):
        disabled = {'project': {'enabled': False}}
        self.assert_ended_by(lambda _: self.api.call('PATCH', f'/projects/{self.project}', disabled))

    def test_by_another_password(self):
        self.assert_ended_by(lambda _: self.api.call('PATCH', self.path, {'user': {'password': 'another'}}))
        changed = {**self.user, 'password': 'another'}
        # Not in the same second: times in Keystone have no smaller parts.
        self.eventually(lambda: self.status(self.issued(changed), on=self.forgetful) == 200)

    def test_of_an_application_credential(self):
        credentials = ApplicationCredentials()
        own = Identity(self.rig.keystone.url, self.issued())
        body = {'application_credential': {'name': 'short'}}
        credential = own.call('POST', f'{self.path}/application_credentials', body)[1]['application_credential']
        token = credentials.token_of(credential)
        self.assertEqual(self.status(token, on=self.forgetful), 200)
        own.call('DELETE', f'{self.path}/application_credentials/{credential["id"]}')
        self.eventually(lambda: self.status(token, on=self.forgetful) == 401)
