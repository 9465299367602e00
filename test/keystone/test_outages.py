import base64
import calendar
import concurrent.futures
import os
import time

from cloud import Identity, scoped
from rig import TIMEOUT_S, Clinker, RigCase

UNAVAILABLE = {'serviceUnavailable': {'code': 503, 'message': 'The identity service is unavailable.'}}


class Outages(RigCase):
    """Keystone is slow, down or changed while the server runs. Each check leaves it as it was."""

    client = 'outages'

    def setUp(self):
        self.keystone = self.rig.keystone
        self.known = self.rig.fresh_token('member-a')
        self.unknown = self.rig.fresh_token('member-a')
        self.assertEqual(self.status(self.known), 200)

    def assert_unavailable(self, token, on=None):
        answer = (on or self.rig.clinker).ask('GET', '/v3/volumes', token)
        self.assertEqual((answer.status, answer.body), (503, UNAVAILABLE))
        self.assertEqual(answer.headers['Retry-After'], '5')

    def logins(self, before):
        """The server's, which wants no catalogue, since so many requests."""
        lines = self.keystone.requests()[before:]
        return [line for line in lines if line.startswith('POST /v3/auth/tokens?nocatalog')]

    def test_of_a_keystone_that_hangs(self):
        self.keystone.pause()
        self.addCleanup(self.keystone.resume)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.assert_unavailable, self.unknown)
            self.assertEqual([self.status(self.known) for _ in range(20)], [200] * 20)
            self.assertFalse(waiting.done())
            waiting.result()
        self.assertLess(time.monotonic() - began, TIMEOUT_S + 5)
        self.keystone.resume()
        self.eventually(lambda: self.status(self.unknown) == 200)

    def test_of_a_keystone_that_is_down(self):
        self.keystone.stop()
        try:
            self.assertEqual(self.status(self.known), 200)
            self.assert_unavailable(self.unknown)
            self.assert_unavailable('forged')
            self.assertEqual(self.status(None), 401)
            self.assert_logged('Keystone cannot be reached')
        finally:
            self.keystone.start()
        self.assertEqual((self.status(self.unknown), self.status('forged')), (200, 401))

    def test_of_a_keystone_that_was_not_there_at_the_start(self):
        self.keystone.stop()
        try:
            with Clinker(self.keystone) as clinker:
                self.assertEqual(clinker.ask('GET', '/healthcheck').status, 200)
                self.assert_unavailable(self.unknown, on=clinker)
                self.keystone.start()
                self.assertEqual(self.status(self.unknown, on=clinker), 200)
        finally:
            self.keystone.stop()
            self.keystone.start()

    def test_of_the_right_to_validate(self):
        user = f'/projects/{self.rig.project("service")}/users/{self.rig.user("clinker")["id"]}'
        service, reader = (f'{user}/roles/{self.rig.cloud["roles"][role]}' for role in ('service', 'reader'))
        api = self.rig.identity()
        api.call('PUT', reader)
        api.call('DELETE', service)
        try:
            self.assertEqual(self.status(self.known), 200)
            self.assert_unavailable(self.unknown)
            self.eventually(lambda: 'Keystone returned 403 for the validation of a token' in self.asked_in_vain())
            api.call('DELETE', reader)
            self.eventually(lambda: 'Keystone returned 401 for the credentials' in self.asked_in_vain())
        finally:
            api.call('PUT', service)
        self.eventually(lambda: self.status(self.unknown) == 200)

    def pass_second(self):
        """Times in Keystone have whole seconds: who ends tokens ends those as well that are made in the same one."""
        ended = int(time.time())
        self.eventually(lambda: int(time.time()) > ended)

    def asked_in_vain(self):
        """The log after one more request with the unknown token."""
        self.assert_unavailable(self.unknown)
        return self.rig.clinker.log()

    def test_of_the_own_token_are_over_with_one_new_one(self):
        api = self.rig.identity()
        path = f'/users/{self.rig.user("clinker")["id"]}'
        # Ends all tokens of the user.
        api.call('PATCH', path, {'user': {'enabled': False}})
        api.call('PATCH', path, {'user': {'enabled': True}})
        self.pass_second()
        tokens = [self.rig.fresh_token('reader-a') for _ in range(4)]
        before = len(self.keystone.requests())
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.assertEqual(list(pool.map(self.status, tokens)), [200] * 4)
        self.assertEqual(len(self.logins(before)), 1)

    def test_of_the_own_password_end_with_the_new_one_in_the_file(self):
        api = self.rig.identity()
        path = f'/users/{self.rig.user("clinker")["id"]}'
        with Clinker(self.keystone) as clinker:
            self.assertEqual(self.status(self.known, on=clinker), 200)
            api.call('PATCH', path, {'user': {'password': 'another-secret'}})
            try:
                before = len(self.keystone.requests())
                for _ in range(5):
                    self.assert_unavailable(self.unknown, on=clinker)
                # Not five times: Keystone may lock users out.
                self.assertEqual(self.logins(before), ['POST /v3/auth/tokens?nocatalog 401'])
                self.assert_logged('Keystone returned 401 for the credentials of user clinker', on=clinker)
                clinker.password_file.write_text('another-secret\n')
                self.eventually(lambda: self.status(self.unknown, on=clinker) == 200)
                self.assertNotIn('another-secret', self.assert_logged('"status":200', times=2, on=clinker))
            finally:
                api.call('PATCH', path, {'user': {'password': 'clinker-secret'}})
                self.pass_second()

    def test_of_keys_are_none_when_they_are_rotated(self):
        self.keystone.manage('fernet_rotate', '--keystone-user', 'root', '--keystone-group', 'root')
        before = len(self.keystone.requests())
        self.assertEqual(self.status(self.known), 200)
        self.assertEqual(self.status(self.unknown), 200)
        self.assertEqual(self.status(self.rig.fresh_token('member-a')), 200)
        self.assertEqual(self.logins(before), [])

    def test_of_keys_are_over_with_new_tokens_when_all_keys_are_lost(self):
        for key in (self.keystone.folder / 'fernet-keys').iterdir():
            key.write_bytes(base64.urlsafe_b64encode(os.urandom(32)))
        self.rig.forget_tokens()
        fresh = self.rig.fresh_token('member-a')
        before = len(self.keystone.requests())
        self.assertEqual(self.status(fresh), 200)
        self.assertEqual(len(self.logins(before)), 1)
        self.assertEqual((self.status(self.known), self.status(self.unknown)), (200, 401))


class ExpiredTokens(RigCase):
    """With a Keystone whose tokens live for some seconds, and are allowed to services for some more."""

    client = 'expired tokens'
    SECONDS = 8
    WINDOW = 8

    @classmethod
    def setUpClass(cls):
        cls.restart(token_seconds=cls.SECONDS, expired_seconds=cls.WINDOW)
        cls.addClassCleanup(cls.restart)

    @classmethod
    def restart(cls, **times):
        # The server's own token goes on working.
        cls.rig.keystone.stop()
        cls.rig.keystone.configure(**times)
        cls.rig.keystone.start()
        cls.rig.forget_tokens()

    def issued(self, user):
        token, shown = Identity(self.rig.keystone.url).issue(scoped(self.rig.user(user)))
        self.expires = time.strptime(shown['expires_at'][:19], '%Y-%m-%dT%H:%M:%S')
        return token

    def seconds_since_expiry(self):
        return time.time() - calendar.timegm(self.expires)

    def test_are_refused_when_they_are_remembered_too(self):
        token = self.issued('member-a')
        self.assertEqual(self.status(token), 200)
        self.eventually(lambda: self.status(token) == 401)
        self.assertGreaterEqual(self.seconds_since_expiry(), 0)

    def test_are_accepted_from_a_service(self):
        token = self.issued('member-a')
        self.assertEqual(self.status(token, X_Service_Token=self.issued('nova')), 200)
        self.eventually(lambda: self.status(token) == 401)
        self.assertEqual(self.status(token, X_Service_Token=self.issued('nova')), 200)
        self.assertEqual(self.status(token, X_Service_Token=self.issued('member-a')), 401)
        self.assertEqual(self.status(token, X_Service_Token='forged'), 401)
        self.assertEqual(self.status(token), 401)

    def test_are_refused_from_a_service_too_when_their_window_is_over(self):
        token = self.issued('member-a')
        self.eventually(lambda: self.seconds_since_expiry() > self.WINDOW)
        self.assertEqual(self.status(token, X_Service_Token=self.issued('nova')), 401)

    def test_of_services_vouch_for_nothing(self):
        service = self.issued('nova')
        token = self.issued('member-a')
        self.eventually(lambda: self.seconds_since_expiry() > 0)
        self.assertEqual(self.status(self.issued('member-a'), X_Service_Token=service), 401)
        self.assertEqual(self.status(token, X_Service_Token=service), 401)
