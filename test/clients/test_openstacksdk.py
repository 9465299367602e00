import openstack
from openstack import exceptions, resource

from harness.case import ClientCase, connector, new_id, new_name
from harness.cloud import REGION
from harness.needs import needs_extension

VERSION = '3.54'


class Attachment(resource.Resource):
    """
    The SDK that Debian 12 packages knows no attachments yet. Its users declare what they miss like this; the calls are
    those of later releases, which have `block_storage.create_attachment` and so on.
    """

    resource_key = 'attachment'
    resources_key = 'attachments'
    base_path = '/attachments'
    allow_create = allow_fetch = allow_commit = allow_delete = allow_list = True
    _query_mapping = resource.QueryParameters('volume_id', 'status', 'instance_id', all_projects='all_tenants')
    _max_microversion = VERSION

    volume_uuid = resource.Body('volume_uuid')
    instance_uuid = resource.Body('instance_uuid')
    mode = resource.Body('mode')
    connector = resource.Body('connector', type=dict)
    volume_id = resource.Body('volume_id')
    instance = resource.Body('instance')
    status = resource.Body('status')
    connection_info = resource.Body('connection_info', type=dict)


class SdkCase(ClientCase):
    client = 'openstacksdk'

    def setUp(self):
        super().setUp()
        self.volumes = self.connect().block_storage

    def connect(self):
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_type='password',
            auth=self.cloud.credentials(self.project),
            region_name=REGION,
            block_storage_api_version='3',
            # A Cinder with noauth answers the question for its versions with 204 and nothing.
            block_storage_default_microversion=self.differs(VERSION, None, why='BETTER: discovery needs no token'),
        )

    def connect_without_keystone(self):
        endpoint = f'{self.server.endpoint}/{self.project}'
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth_type='admin_token',
            auth={'endpoint': endpoint, 'token': f'admin:{self.project}'},
            block_storage_endpoint_override=endpoint,
            block_storage_api_version='3',
        )


class SdkVolumes(SdkCase):
    def test_volumes(self):
        name = new_name('sdk')
        made = self.volumes.create_volume(name=name, size=1, metadata={'tier': 'gold'})
        made = self.volumes.wait_for_status(made, 'available', interval=0.1, wait=20)
        self.assertEqual((made.size, made.is_bootable, made.project_id), (1, False, self.project))
        self.assertEqual(self.volumes.find_volume(name).id, made.id)
        self.assertEqual(self.volumes.get_volume(made).metadata, {'tier': 'gold'})
        self.assertEqual([one.id for one in self.volumes.volumes(name=name)], [made.id])
        self.volumes.delete_volume(made)
        self.volumes.wait_for_delete(made, interval=0.1, wait=20)
        self.assertEqual(list(self.volumes.volumes()), [])

    def test_metadata(self):
        volume = self.volumes.get_volume(self.volume())
        self.volumes.set_volume_metadata(volume, a='b', c='d')
        self.volumes.delete_volume_metadata(volume, ['a'])
        self.assertEqual(self.volumes.get_volume_metadata(volume).metadata, {'c': 'd'})

    def test_lists_page_by_page(self):
        volumes = [self.volume() for _ in range(5)]
        self.assertCountEqual([one.id for one in self.volumes.volumes(limit=2)], volumes)

    def test_types(self):
        made = self.volumes.create_type(name=new_name('type'), description='from the SDK')
        self.addCleanup(self.volumes.delete_type, made)
        self.volumes.update_type_extra_specs(made, multiattach='<is> True')
        self.assertEqual(self.volumes.find_type(made.name).extra_specs, {'multiattach': '<is> True'})
        self.volumes.update_type(made, description='changed')
        self.assertEqual(self.volumes.get_type(made).description, 'changed')
        self.volumes.delete_type_extra_specs(made, ['multiattach'])
        self.assertEqual(self.volumes.get_type(made).extra_specs, {})
        self.assertIn(made.name, [one.name for one in self.volumes.types()])

    def test_deployment(self):
        self.assertEqual([zone.name for zone in self.volumes.availability_zones()], ['nova'])
        self.assertGreaterEqual(self.volumes.get_limits().absolute.total_volumes_used, 0)
        self.assertIn('os-services', [extension.alias for extension in self.volumes.extensions()])
        [filters] = self.volumes.resource_filters(resource='attachment')
        self.assertEqual(filters.filters, ['volume_id', 'status', 'instance_id', 'attach_status'])

    def test_a_missing_volume_is_a_not_found_exception(self):
        with self.assertRaises(exceptions.ResourceNotFound) as caught:
            self.volumes.get_volume(new_id())
        self.assertRegex(caught.exception.details, r'could not be found')

    @needs_extension('os-volume-actions')
    def test_the_legacy_actions(self):
        """What Ironic does, through the SDK."""
        volume = self.volumes.get_volume(self.volume())
        self.volumes.reserve_volume(volume)
        self.volumes.init_volume_attachment(volume, connector())
        self.volumes.attach_volume(volume, 'ironic_mountpoint', instance=new_id())
        [entry] = self.volumes.get_volume(volume).attachments
        self.volumes.begin_volume_detaching(volume)
        self.volumes.terminate_volume_attachment(volume, connector())
        self.volumes.detach_volume(volume, entry['attachment_id'])
        self.assert_volume(volume.id, 'available')


class SdkAttachments(SdkCase):
    def create(self, volume, **more):
        return self.volumes._create(Attachment, volume_uuid=volume, **more)

    def test_the_whole_life(self):
        volume, server = self.volume(), new_id()
        made = self.create(volume, instance_uuid=server)
        self.assertEqual((made.status, made.instance, made.connection_info), ('reserved', server, {}))
        connected = self.volumes._update(Attachment, made.id, connector=connector())
        self.assertEqual(connected.connection_info['attachment_id'], made.id)
        # The SDK completes with the id as the value, where other clients send null.
        self.post_complete(self.volumes, made.id)
        self.assertEqual(self.volumes._get(Attachment, made.id).status, 'attached')
        [listed] = self.volumes._list(Attachment, volume_id=volume)
        self.assertEqual((listed.id, listed.instance), (made.id, server))
        self.volumes._delete(Attachment, made.id, ignore_missing=False)
        self.assert_volume(volume, 'available')
        # Later releases delete with ignore_missing: a second time is fine.
        self.volumes._delete(Attachment, made.id, ignore_missing=True)

    def test_modes_and_connectors(self):
        made = self.create(self.volume(), mode='ro', connector=connector())
        access = self.differs(cinder='rw', clinker='ro', why='QUIRK 6: the mode reaches the connection')
        self.assertEqual(made.connection_info['access_mode'], access)

    def test_filters(self):
        server = new_id()
        _, attachment = self.attached_volume(server)
        self.attached_volume()
        self.assertEqual([one.id for one in self.volumes._list(Attachment, instance_id=server)], [attachment])
        self.assertEqual(len(list(self.volumes._list(Attachment, limit=1))), 2, 'page by page to the end')
        found = self.differs(cinder=0, clinker=2, why='QUIRK 1: status finds rows')
        self.assertEqual(len(list(self.volumes._list(Attachment, status='attached'))), found)

    def test_all_projects_that_says_no(self):
        """The SDK sends False as all_tenants=False."""
        _, elsewhere = self.attached_volume()
        self.project = new_id().replace('-', '')
        mine = [one.id for one in self.connect().block_storage._list(Attachment, all_projects=False)]
        self.assertEqual(elsewhere in mine, self.differs(cinder=True, clinker=False, why='QUIRK 14: a boolean'))

    def test_a_busy_volume_is_a_bad_request(self):
        volume, _ = self.attached_volume()
        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.create(volume, instance_uuid=new_id())
        self.assertIn('status must be available or downloading to reserve', caught.exception.details)

    def test_without_keystone(self):
        if self.server.is_cinder:
            self.skipTest('the SDK cannot discover the versions of a Cinder with noauth')
        volumes = self.connect_without_keystone().block_storage
        volume = self.volume()
        made = volumes._create(Attachment, volume_uuid=volume, instance_uuid=new_id())
        self.post_complete(volumes, made.id)
        self.assertEqual([one.id for one in volumes._list(Attachment)], [made.id])
        volumes._delete(Attachment, made.id)
        self.assert_volume(volume, 'available')

    def test_its_own_methods(self):
        """Those of releases after the one of Debian 12, where they are installed."""
        if not hasattr(self.volumes, 'create_attachment'):
            self.skipTest('this openstacksdk has no attachments of its own')
        volume, server = self.volume(), new_id()
        made = self.volumes.create_attachment(volume, connector=None, instance=server, mode=None)
        self.assertEqual(made.volume_id, volume)
        connected = self.volumes.update_attachment(made.id, connector=connector())
        self.assertEqual(connected.connection_info['attachment_id'], made.id)
        self.volumes.complete_attachment(made.id)
        self.assertEqual(self.volumes.get_attachment(made.id).status, 'attached')
        self.assertEqual([one.id for one in self.volumes.attachments(volume_id=volume)], [made.id])
        self.volumes.delete_attachment(made.id)
        self.assert_volume(volume, 'available')

    def post_complete(self, volumes, attachment):
        answer = volumes.post(
            f'/attachments/{attachment}/action', json={'os-complete': attachment}, microversion=VERSION
        )
        self.assertEqual(answer.status_code, 204, answer.text)
