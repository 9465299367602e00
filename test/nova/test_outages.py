import concurrent.futures
import time

from case import ADMIN, NovaCase

#: A call of the backend that takes so long is under way when the server is killed.
SLOW_MS = 6000


class Outages(NovaCase):
    """
    Processes die, and come back. Nova repeats what it asks of Clinker for two minutes, but on host-b, where it gives up
    after 1.5 s (settings.py).
    """

    client = 'outages'

    def setUp(self):
        super().setUp()
        self.clinker_program = self.stack.program('clinker')

    def is_slow(self, **latencies):
        """From now until the test is over, or until Clinker is killed."""
        self._restart_clinker(latencies)
        self.addCleanup(self._restart_clinker, {})

    def _restart_clinker(self, latencies):
        self.clinker_program.stop()
        self.stack.configure_clinker(**latencies)
        self.clinker_program.start()

    def kill_clinker(self):
        """In the middle of what it does; its backend is as fast as usual when it is back."""
        self.clinker_program.kill()
        self.stack.configure_clinker()

    def begins(self, volume, what):
        """Waits until the backend was asked, and gives back the attachment's id."""

        def is_asked():
            for each in self.attachments(volume):
                events = self.done(self.clinker('GET', f'/attachments/{each["id"]}/history'))['history']['events']
                if events and events[0]['event'] == what:
                    return True
            return False

        self.eventually(is_asked, True, what)
        return self.attachments(volume)[0]['id']

    def ends(self, server, action):
        """How an action of Nova's went."""
        self.eventually(lambda: self.outcome(server, action) is not None, True, action, 240)
        return self.outcome(server, action)

    def repair_at_second_sight(self, *volumes):
        """What servers have left behind goes by clinker doctor --repair, but not the first time that it is seen."""
        wanted = sorted((volume, 'unused-attachment') for volume in volumes)

        def found(state, repair=False):
            findings = self.findings(repair=repair)
            return sorted((each['volume_id'], each['kind']) for each in findings if each['repair'] == state)

        self.eventually(lambda: found('possible'), wanted, 'findings')
        repaired = []

        def repair():
            repaired.extend(found('done', repair=True))
            return sorted(repaired)

        self.eventually(repair, wanted, 'repairs')
        for volume in volumes:
            self.assertEqual(self.states(volume), ('available', []))

    # nova-compute

    def test_nova_compute_is_killed(self):
        server, volume = self.server(host='host-a'), self.volume()
        self.attach(server, volume)
        before = self.assert_agreement(server, volume, 'host-a')['id']
        self.stack.program('host-a').kill()
        self.stack.restart_host('host-a')
        self.assertEqual(self.assert_agreement(server, volume, 'host-a')['id'], before)
        self.detach(server, volume)

    def test_nova_compute_is_killed_in_an_attach(self):
        server, volume = self.server(host='host-a'), self.volume()
        self.is_slow(connect_ms=SLOW_MS)
        self.attach(server, volume, wait=False)
        self.begins(volume, 'connecting')
        self.stack.program('host-a').kill()
        self.stack.restart_host('host-a')
        self.delete_server(server)
        self.volume_becomes(volume, 'available')

    # Clinker, and a Nova that is patient

    def test_clinker_is_killed_in_an_attach(self):
        server, volume = self.server(host='host-a'), self.volume()
        self.is_slow(connect_ms=SLOW_MS)
        self.attach(server, volume, wait=False)
        self.begins(volume, 'connecting')
        self.kill_clinker()
        time.sleep(10)
        self.clinker_program.start()
        self.assertEqual(self.ends(server, 'attach_volume'), 'Success')
        self.assert_agreement(server, volume, 'host-a')
        self.detach(server, volume)

    def test_clinker_is_killed_in_a_detach(self):
        server, volume = self.server(host='host-a'), self.volume()
        self.attach(server, volume)
        self.is_slow(disconnect_ms=SLOW_MS)
        self.done(self.asked_to_detach(server, volume))
        self.begins(volume, 'detaching')
        self.kill_clinker()
        time.sleep(10)
        self.clinker_program.start()
        self.assertEqual(self.ends(server, 'detach_volume'), 'Success')
        self.is_detached(server, volume)

    def test_clinker_is_away_when_users_ask(self):
        server, attached, other = self.server(host='host-a'), self.volume(), self.volume()
        self.attach(server, attached)
        self.kill_clinker()
        body = {'volumeAttachment': {'volumeId': other}}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            detach = pool.submit(self.asked_to_detach, server, attached)
            attach = pool.submit(self.nova, 'POST', f'/servers/{server}/os-volume_attachments', body)
            time.sleep(5)
            self.clinker_program.start()
            self.done(detach.result())
            self.done(attach.result())
        self.is_detached(server, attached)
        self.is_attached(server, other)
        self.assert_agreement(server, other, 'host-a')

    # Clinker, and a Nova that gives up

    def test_nova_gives_up_in_an_attach(self):
        server, volume = self.server(host='host-b'), self.volume()
        self.is_slow(connect_ms=SLOW_MS)
        self.attach(server, volume, wait=False)
        self.begins(volume, 'connecting')
        self.kill_clinker()
        self.assertEqual(self.ends(server, 'attach_volume'), 'Error')
        self.clinker_program.start()
        self.eventually(lambda: len(self.rows(server, volume)), 0, "rows in Nova's database")
        self.repair_at_second_sight(volume)
        self.attach(server, volume)
        self.assert_agreement(server, volume, 'host-b')

    def test_nova_gives_up_in_a_detach(self):
        """Nova goes on listing what is detached here: the way out that docs/operations/nova.md tells."""
        server, volume = self.server(host='host-b'), self.volume()
        self.attach(server, volume)
        self.is_slow(disconnect_ms=SLOW_MS)
        self.done(self.asked_to_detach(server, volume))
        self.begins(volume, 'detaching')
        self.kill_clinker()
        self.assertEqual(self.ends(server, 'detach_volume'), 'Error')
        self.clinker_program.start()
        self.eventually(lambda: self.attachments(volume), [], 'the attachment')
        self.assertIn(volume, self.listed(server))
        [finding] = self.findings(volume)
        self.assertEqual((finding['kind'], finding['repair']), ('missing-attachment', 'manual'))
        self.assertIn(server, finding['description'])
        self.eventually(lambda: self.volume_status(volume) in ('available', 'in-use'), True, 'volume at rest')
        wanted = {'volume_uuid': volume, 'instance_uuid': server}
        made = self.done(self.clinker('POST', '/attachments', {'attachment': wanted}))['attachment']['id']
        self.done(self.clinker('POST', f'/attachments/{made}/action', {'os-complete': None}))
        self.done(self.asked_to_detach(server, volume))
        self.eventually(lambda: volume in self.listed(server), False, "Nova's list")
        self.done(self.clinker('DELETE', f'/attachments/{made}'))
        self.volume_becomes(volume, 'available')
        self.assertEqual(self.findings(), [])
        self.attach(server, volume)
        self.assert_agreement(server, volume, 'host-b')

    def test_nova_gives_up_in_the_deletion_of_a_server(self):
        # A Nova without any server is not believed.
        self.server()
        root, volume = self.bootable_volume(), self.volume()
        server = self.server(root, host='host-b')
        self.attach(server, volume)
        self.kill_clinker()
        self.done(self.nova('DELETE', f'/servers/{server}', user=ADMIN))
        self.server_becomes(server, 'gone')
        self.clinker_program.start()
        self.repair_at_second_sight(root, volume)
