"""
A stand-in for Nova: servers that can be made, looked at and deleted, and do nothing.

Tempest's tests of attachments make a server first and then ask the volume service alone to attach the volume to it.
"""

import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVERS = re.compile(r'/v2\.1/servers(?:/([0-9a-f-]{36}))?')


class Compute:
    """Serves on loopback until the end of the with block."""

    def __enter__(self):
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
        self._server.daemon_threads = True
        self._server.ids = set()
        self.url = self._server.url = f'http://127.0.0.1:{self._server.server_port}/v2.1'
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if self._id() is not None:
            self._answer(404)
            return
        made = str(uuid.uuid4())
        self.server.ids.add(made)
        server = {'id': made, 'links': self._links(made), 'OS-DCF:diskConfig': 'MANUAL', 'adminPass': 'unused'}
        self._answer(202, {'server': {**server, 'security_groups': [{'name': 'default'}]}})

    def do_GET(self):
        asked = self._id()
        if asked not in self.server.ids:
            self._answer(404)
            return
        time = '2020-01-01T00:00:00Z'
        nothing = {
            key: None
            for key in (
                'OS-EXT-STS:task_state', 'OS-SRV-USG:launched_at', 'OS-SRV-USG:terminated_at', 'config_drive', 'key_name',
            )
        }
        server = {
            'id': asked, 'name': 'a-server', 'status': 'ACTIVE', 'tenant_id': 'a', 'user_id': 'a', 'hostId': '', 'image': '',
            'flavor': {'id': '1', 'links': []}, 'created': time, 'updated': time, 'metadata': {}, 'links': self._links(asked),
            'addresses': {}, 'accessIPv4': '', 'accessIPv6': '', 'progress': 0, 'OS-DCF:diskConfig': 'MANUAL',
            'OS-EXT-AZ:availability_zone': 'nova', 'OS-EXT-STS:power_state': 1, 'OS-EXT-STS:vm_state': 'active',
            'os-extended-volumes:volumes_attached': [], **nothing, 'config_drive': '', 'key_name': None,
        }
        self._answer(200, {'server': server})

    def do_DELETE(self):
        known = self._id() in self.server.ids
        self.server.ids.discard(self._id())
        self._answer(204 if known else 404)

    def _id(self):
        """The server in the path; '' for a path that is none of a server."""
        match = SERVERS.fullmatch(self.path.partition('?')[0])
        return match[1] if match else ''

    def _links(self, server_id):
        return [{'rel': rel, 'href': f'{self.server.url}/servers/{server_id}'} for rel in ('self', 'bookmark')]

    def _answer(self, status, body=None):
        data = b'' if status == 204 else json.dumps(body or {'itemNotFound': {'code': 404, 'message': ''}}).encode()
        self.send_response(status)
        self.send_header('x-openstack-request-id', f'req-{uuid.uuid4()}')
        if data:
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)
