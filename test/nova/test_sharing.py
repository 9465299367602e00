from case import ADMIN, NovaCase


class Sharing(NovaCase):
    client = 'sharing'

    def test_two_servers_on_two_hosts_then_on_one(self):
        one, two, volume = self.server(host='host-a'), self.server(host='host-b'), self.shared_volume()
        self.attach(one, volume)
        self.attach(two, volume)
        for server in (one, two):
            self.assert_agreement(server, volume)
        self.assertEqual(self.hosts_of(volume), ['host-a', 'host-b'])
        self.detach(one, volume, leaves='in-use')
        self.assert_agreement(two, volume, 'host-b')
        self.detach(two, volume)
        three = self.server(host='host-a')
        self.attach(one, volume)
        self.attach(three, volume)
        self.detach(one, volume, leaves='in-use')
        self.assert_agreement(three, volume, 'host-a')
        self.delete_server(three)
        self.volume_becomes(volume, 'available')

    def test_two_servers_at_the_same_time(self):
        one, two, volume = self.server(host='host-a'), self.server(host='host-b'), self.shared_volume()
        self.attach(one, volume, wait=False)
        path, body = f'/servers/{two}/os-volume_attachments', {'volumeAttachment': {'volumeId': volume}}
        if self.nova('POST', path, body)[0] >= 300:
            # While the first one is on its way, Nova may find the volume busy.
            self.is_attached(one, volume)
            self.attach(two, volume, wait=False)
        for server in (one, two):
            self.is_attached(server, volume)
            self.assert_agreement(server, volume)

    def test_live_migration_to_the_host_of_the_other(self):
        one, two, volume = self.server(host='host-a'), self.server(host='host-b'), self.shared_volume()
        self.attach(one, volume)
        self.attach(two, volume)
        self.act(one, {'os-migrateLive': {'host': 'host-b', 'block_migration': 'auto'}}, ADMIN)
        self.eventually(lambda: self.host_of(one), 'host-b', 'host')
        self.server_becomes(one, 'ACTIVE')
        self.eventually(lambda: len(self.attachments(volume)), 2, 'attachments')
        for server in (one, two):
            self.assert_agreement(server, volume)
        self.assertEqual(self.hosts_of(volume), ['host-b', 'host-b'])
