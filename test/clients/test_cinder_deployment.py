from harness.case import CinderCase


class CinderDeployment(CinderCase):
    def table(self, *arguments, **options):
        return self.assert_succeeds(self.cinder(*arguments, **options)).table()

    def test_version_list(self):
        # The command reads the answer at the root, whose status is 300.
        table = self.table('version-list')
        self.assertEqual(table.columns, ['Id', 'Status', 'Updated', 'Min Version', 'Version'])
        row = table.row(Id='v3.0')
        self.assertEqual((row['Status'], row['Min Version']), ('CURRENT', '3.0'))
        minor = int(row['Version'].removeprefix('3.'))
        self.assertGreaterEqual(minor, 70, 'the client asks for 3.70 and would end if that were refused')

    def test_api_version(self):
        self.assertEqual(self.table('api-version').row(ID='v3.0')['Min_version'], '3.0')

    def test_list_filters(self):
        filters = self.table('list-filters')
        self.assertIn('volume', filters.column('Resource'))
        wanted = 'volume_id, status, instance_id, attach_status'
        self.assertEqual(filters.row(Resource='attachment')['Filters'], wanted)
        [row] = self.table('list-filters', '--resource', 'attachment').rows
        self.assertEqual(row, ['attachment', wanted])

    def test_service_list(self):
        services = self.table('service-list').rows
        volume_services = [row for row in services if row[0] == 'cinder-volume']
        self.assertTrue(volume_services, services)
        for row in volume_services:
            # host@backend, as the host of its volumes is written.
            self.assertRegex(row[1], r'^[^@]+@[^@#]+$')
            self.assertEqual(row[3:5], ['enabled', 'up'])

    def test_service_list_of_one_binary(self):
        binaries = set(self.table('service-list', '--binary', 'cinder-volume').column('Binary'))
        self.assertEqual(binaries, {'cinder-volume'})

    def test_service_disable_and_enable(self):
        host = self.admin.services.list(binary='cinder-volume')[0].host
        self.addCleanup(self.admin.services.enable, host, 'cinder-volume')
        disabled = self.table('service-disable', '--reason', 'old disks', host, 'cinder-volume')
        self.assertEqual(disabled.column('Status'), ['disabled'])
        [row] = self.table('service-list', '--host', host).rows
        self.assertEqual(row[3:5], ['disabled', 'up'])
        self.assertEqual(self.table('service-enable', host, 'cinder-volume').column('Status'), ['enabled'])

    def test_get_pools(self):
        [pool] = self.table('get-pools').rows
        self.assertEqual(pool[0], 'name')
        named = self.table('get-pools', '--filters', f'name={pool[1]}', version='3.54').rows
        self.assertEqual(named, [pool])
        detail = self.table('get-pools', '--detail').as_properties()
        self.assertEqual((detail['name'], detail['storage_protocol']), (pool[1], 'iSCSI'))
        self.assertGreater(float(detail['total_capacity_gb']), 0)

    def test_get_capabilities(self):
        host = self.admin.services.list(binary='cinder-volume')[0].host
        shown = self.table('get-capabilities', host).as_properties()
        self.assertEqual((shown['storage_protocol'], shown['driver_version'] != ''), ('iSCSI', True))

    def test_availability_zone_list(self):
        self.assertEqual(self.table('availability-zone-list').rows, [['nova', 'available']])

    def test_absolute_limits_count_the_volumes(self):
        limits = self.table('absolute-limits').as_properties()
        self.assertEqual((limits['totalVolumesUsed'], limits['totalGigabytesUsed']), ('0', '0'))
        for name in ('maxTotalVolumes', 'maxTotalVolumeGigabytes', 'maxTotalSnapshots', 'maxTotalBackups'):
            self.assertIn(name, limits)
        self.volume()
        limits = self.table('absolute-limits').as_properties()
        self.assertEqual((limits['totalVolumesUsed'], limits['totalGigabytesUsed']), ('1', '1'))

    def test_rate_limits_are_none(self):
        self.assertEqual(self.table('rate-limits').rows, [])

    def test_list_extensions(self):
        aliases = self.table('list-extensions').column('Alias')
        for alias in ('os-types-manage', 'os-types-extra-specs', 'os-services'):
            self.assertIn(alias, aliases)
