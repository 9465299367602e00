"""Unmodified clients that find the server in Keystone's catalogue and speak to it under real tokens."""

import json
import uuid

import openstack
from cinderclient import api_versions
from cinderclient import exceptions as cinder_exceptions
from cinderclient.v3 import client as volume_client
from harness import commands
from harness.cloud import Cloud
from keystoneauth1.identity.v3 import ApplicationCredential, Password
from keystoneauth1.session import Session

from cloud import PERSONAS, PROJECTS, REGION, register
from operations import SATISFYING
from rig import RigCase, connector

#: By the old name, and by that of the service types authority: the endpoint ends with the project or does not.
SERVICE_TYPES = ('volumev3', 'block-storage')
VERSION = '3.54'
HOST = ('--initiator', 'iqn.1994-05.com.example:host-a', '--ip', '192.0.2.10', '--host', 'host-a')


def personas():
    """Users with their role, the owner of what is in their project, and of what is in the other one."""
    for project, other in (PROJECTS, PROJECTS[::-1]):
        for role in PERSONAS:
            yield f'{role}-{project}', role, f'member-{project}', f'member-{other}'


class PersonaCase(RigCase):
    def credentials(self, name):
        user = self.rig.user(name)
        return {
            'auth_url': f'{self.rig.keystone.url}/v3',
            'username': user['name'],
            'password': user['password'],
            'project_name': user['project'],
            'user_domain_name': 'Default',
            'project_domain_name': 'Default',
        }

    def environment(self, name):
        """The same for a command."""
        return {
            **{f'OS_{key.upper()}': value for key, value in self.credentials(name).items()},
            'OS_IDENTITY_API_VERSION': '3',
            'OS_REGION_NAME': REGION,
            'OS_VOLUME_API_VERSION': VERSION,
        }

    def get(self, role, call, needs='reader', foreign=False):
        """What a call gives to those who may; others are refused with 403, or with 404 what is not theirs."""
        try:
            found, status = call(), 200
        except self.refused as refusal:
            found, status = None, self.status_of(refusal)
        if foreign and role != 'admin':
            expected = 404
        else:
            expected = 200 if role in SATISFYING[needs] else 403
        self.assertEqual(status, expected)
        return found


class CinderclientLibrary(PersonaCase):
    client = 'cinderclient'
    refused = cinder_exceptions.ClientException

    def status_of(self, refusal):
        return refusal.code

    def library(self, auth, service_type):
        wanted = api_versions.APIVersion(VERSION)
        return volume_client.Client(session=Session(auth), service_type=service_type, api_version=wanted)

    def test_for_every_persona_through_both_entries_of_the_catalogue(self):
        for name, role, owner, stranger in personas():
            own, foreign = self.volume(owner), self.volume(stranger)
            for service_type in SERVICE_TYPES:
                with self.subTest(f'{name} by {service_type}'):
                    self.walk(self.library(Password(**self.credentials(name)), service_type), role, own, foreign)

    def walk(self, api, role, own, foreign):
        listed = self.get(role, api.volumes.list)
        if listed is not None:
            ids = [volume.id for volume in listed]
            self.assertEqual((own in ids, foreign in ids), (True, False))
        self.get(role, lambda: api.volumes.get(own))
        self.get(role, lambda: api.volumes.get(foreign), foreign=True)
        self.get(role, lambda: api.volumes.update(foreign, name='mine'), 'member', foreign=True)
        self.get(role, lambda: api.services.list(), 'admin')
        made = self.get(role, lambda: api.volumes.create(1, name='made'), 'member')
        if made is not None:
            self.eventually(lambda: api.volumes.get(made.id).status == 'available')
            api.volumes.delete(made.id)
        create = api.attachments.create
        self.attach(api, role, own, self.get(role, lambda: create(own, connector(), new_id()), 'member'))
        elsewhere = self.get(role, lambda: create(foreign, connector(), new_id()), 'member', foreign=True)
        self.attach(api, role, foreign, elsewhere)

    def attach(self, api, role, volume, attachment):
        if attachment is None:
            return
        api.attachments.complete(attachment['id'])
        self.assertEqual(api.attachments.show(attachment['id']).status, 'attached')
        self.assertEqual(api.volumes.get(volume).status, 'in-use')
        api.attachments.delete(attachment['id'])
        self.assertEqual(api.volumes.get(volume).status, 'available')

    def test_with_an_application_credential(self):
        api = self.rig.identity('member-a')
        path = f'/users/{self.rig.user("member-a")["id"]}/application_credentials'
        body = {'application_credential': {'name': new_id(), 'roles': [{'name': 'reader'}]}}
        made = api.call('POST', path, body)[1]['application_credential']
        auth = ApplicationCredential(
            f'{self.rig.keystone.url}/v3',
            application_credential_id=made['id'],
            application_credential_secret=made['secret'],
        )
        volume = self.volume('member-a')
        for service_type in SERVICE_TYPES:
            client = self.library(auth, service_type)
            self.assertEqual(client.volumes.get(volume).id, volume)
            with self.assertRaises(cinder_exceptions.Forbidden):
                client.volumes.delete(volume)


class OpenStackSdk(PersonaCase):
    client = 'openstacksdk'
    refused = openstack.exceptions.HttpException

    def status_of(self, refusal):
        return refusal.status_code

    def test_for_every_persona(self):
        for name, role, owner, stranger in personas():
            with self.subTest(name):
                connection = openstack.connect(
                    load_yaml_config=False,
                    load_envvars=False,
                    auth_type='password',
                    auth=self.credentials(name),
                    region_name=REGION,
                    block_storage_api_version='3',
                    block_storage_default_microversion=VERSION,
                )
                self.walk(connection.block_storage, role, self.volume(owner), self.volume(stranger))
                connection.close()

    def walk(self, api, role, own, foreign):
        listed = self.get(role, lambda: [volume.id for volume in api.volumes()])
        if listed is not None:
            self.assertEqual((own in listed, foreign in listed), (True, False))
        self.get(role, lambda: api.get_volume(own))
        self.get(role, lambda: api.get_volume(foreign), foreign=True)
        self.get(role, lambda: api.delete_volume(foreign, ignore_missing=False), 'member', foreign=True)
        self.get(role, lambda: api.create_type(name=new_id()), 'admin')
        made = self.get(role, lambda: api.create_volume(size=1), 'member')
        if made is not None:
            made = api.wait_for_status(made, 'available', interval=0.1, wait=20)
            body = {'attachment': {'volume_uuid': made.id, 'instance_uuid': new_id(), 'connector': connector()}}
            # This SDK knows no attachments yet: its users send such requests themselves.
            attached = api.post('/attachments', json=body, microversion=VERSION)
            self.assertEqual(attached.status_code, 200, attached.text)
            detached = api.delete(f'/attachments/{attached.json()["attachment"]["id"]}', microversion=VERSION)
            self.assertEqual((detached.status_code, detached.json()), (200, {'attachments': []}))
            api.delete_volume(made)
            api.wait_for_delete(made, interval=0.1, wait=20)


class Commands(PersonaCase):
    client = 'commands'

    @classmethod
    def setUpClass(cls):
        # `openstack` looks for Glance before it makes a volume, and asks Nova for the server before it attaches one.
        others = cls.enterClassContext(Cloud(cls.rig.clinker.url))
        api = cls.rig.identity()
        for kind, path in (('image', '/image'), ('compute', '/compute/v2.1')):
            register(api, kind, kind, others.url + path)

    def run_as(self, name, *arguments, **environment):
        return commands.run(arguments, {**self.environment(name), **environment})

    def assert_succeeds(self, finished):
        self.assertEqual(finished.status, 0, str(finished))
        return finished

    def assert_refused(self, finished, status):
        self.assertEqual(finished.status, 1, str(finished))
        self.assertIn(f'HTTP {status}', finished.err, str(finished))

    def json(self, name, *arguments, **environment):
        return json.loads(self.assert_succeeds(self.run_as(name, *arguments, '-f', 'json', **environment)).out)

    def test_of_openstack_for_a_member(self):
        name, server = new_id(), new_id()
        volume = self.json('member-a', 'openstack', 'volume', 'create', '--size', '1', name)['id']
        self.becomes_available(volume)
        attachment = ('openstack', 'volume', 'attachment')
        made = self.json('member-a', *attachment, 'create', name, server, '--connect', *HOST)
        self.assertEqual((made['Volume ID'], made['Instance ID']), (volume, server))
        self.assert_succeeds(self.run_as('member-a', *attachment, 'complete', made['ID']))
        shown = self.json('reader-a', *attachment, 'show', made['ID'])
        self.assertEqual((shown['Status'], shown['Volume ID']), ('attached', volume))
        self.assert_refused(self.run_as('reader-a', *attachment, 'delete', made['ID']), 403)
        self.assert_succeeds(self.run_as('member-a', *attachment, 'delete', made['ID']))
        self.assert_succeeds(self.run_as('member-a', 'openstack', 'volume', 'delete', volume))

    def test_of_openstack_for_every_persona(self):
        for name, role, owner, stranger in personas():
            with self.subTest(name):
                own, foreign = self.volume(owner), self.volume(stranger)
                listed = self.run_as(name, 'openstack', 'volume', 'list', '-f', 'json')
                if role not in SATISFYING['reader']:
                    self.assert_refused(listed, 403)
                    continue
                ids = [volume['ID'] for volume in json.loads(self.assert_succeeds(listed).out)]
                self.assertEqual((own in ids, foreign in ids), (True, False))
                shown = self.run_as(name, 'openstack', 'volume', 'show', foreign)
                self.assertEqual(shown.status == 0, role == 'admin', str(shown))

    def test_of_openstack_refused(self):
        volume = self.volume('member-a')
        self.assert_refused(self.run_as('reader-a', 'openstack', 'volume', 'delete', volume), 403)
        stranger = self.run_as('member-b', 'openstack', 'volume', 'show', volume)
        self.assertIn(f"No volume with a name or ID of '{volume}'", stranger.err)
        wrong = self.run_as('member-a', 'openstack', 'volume', 'list', OS_PASSWORD='wrong')
        self.assert_refused(wrong, 401)

    def test_of_cinder_for_all_roles(self):
        volume = self.volume('member-a')
        for service_type in SERVICE_TYPES:
            cinder = ('cinder', '--os-volume-api-version', VERSION, '--service-type', service_type)
            self.assertIn(volume, self.assert_succeeds(self.run_as('reader-a', *cinder, 'list')).out)
            self.assertIn(volume, self.assert_succeeds(self.run_as('admin-b', *cinder, 'list', '--all-tenants')).out)
            self.assertNotIn(volume, self.assert_succeeds(self.run_as('member-b', *cinder, 'list')).out)
            self.assertIn('HTTP 403', self.run_as('service-a', *cinder, 'list').err)
            self.assertEqual(self.run_as('reader-a', *cinder, 'delete', volume).status, 1)
            attach = (*cinder, 'attachment-create', volume, new_id(), '--connect', 'True', '--initiator', 'iqn.a:b')
            made = self.assert_succeeds(self.run_as('member-a', *attach)).out
            attachment = next(line.split('|')[2].strip() for line in made.splitlines() if '| id' in line)
            self.assert_succeeds(self.run_as('member-a', *cinder, 'attachment-complete', attachment))
            self.assertIn('attached', self.run_as('member-a', *cinder, 'attachment-show', attachment).out)
            self.assert_succeeds(self.run_as('member-a', *cinder, 'attachment-delete', attachment))


def new_id():
    return str(uuid.uuid4())
