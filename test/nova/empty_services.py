#!/usr/bin/python3
"""
Stands in for a Neutron and a Glance in which there is nothing.

    empty_services.py PORT

Servers are made without networks and boot from volumes. Nova asks for ports, security groups and images all the same,
and is told that there are none; whatever would make something is refused. Requests are printed.
"""

import http.server
import json
import sys

GROUP = {'id': '00000000-0000-4000-8000-000000000001', 'name': 'default', 'description': '', 'security_group_rules': []}


class Nothing(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        _, service, *rest = self.path.split('?')[0].rstrip('/').split('/')
        if rest in ([], ['versions']):
            self._answer({'versions': [self._version(service)]})
        elif service == 'image' and len(rest) == 3:
            self._answer({'message': 'There is no such image.'}, 404)
        elif rest[-1] == 'security-groups':
            self._answer({'security_groups': [GROUP]})
        else:
            self._answer({rest[-1].replace('-', '_'): []})

    def _version(self, service):
        number = {'image': ('v2.9', 'v2'), 'network': ('v2.0', 'v2.0')}[service]
        link = f'http://127.0.0.1:{self.server.server_port}/{service}/{number[1]}/'
        return {'id': number[0], 'status': 'CURRENT', 'links': [{'rel': 'self', 'href': link}]}

    def _refuse(self):
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        self._answer({'message': 'Nothing can be made here.'}, 501)

    do_POST = do_PUT = do_DELETE = do_PATCH = _refuse

    def _answer(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, text, *values):
        print(text % values, flush=True)


if __name__ == '__main__':
    http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Nothing).serve_forever()
