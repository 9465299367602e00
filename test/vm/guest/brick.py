"""A host with os-brick: reads one JSON command a line, answers each with one JSON line. The argument is its address."""

import json
import os
import sys
import tempfile

import os_brick
from os_brick import privileged
from os_brick.initiator import connector
from oslo_config import cfg

# Standard output is reserved for the answers.
answers = os.fdopen(os.dup(1), 'w')
os.dup2(2, 1)
privileged.default.set_client_mode(False)
cfg.CONF([], project='brick', default_config_files=[])
os_brick.setup(cfg.CONF)
cfg.CONF.set_override('lock_path', tempfile.mkdtemp(), group='os_brick')


def connector_for(info, multipath):
    more = {'use_multipath': multipath}
    if info['driver_volume_type'] == 'nfs':
        more = {'nfs_mount_point_base': '/tmp/brick-' + sys.argv[1]}
    return connector.InitiatorConnector.factory(info['driver_volume_type'].upper(), '', **more)


def answer(command):
    multipath = command['multipath']
    if command['do'] == 'properties':
        return connector.get_connector_properties('', sys.argv[1], multipath, multipath)
    info = command['info']
    host = connector_for(info, multipath)
    if command['do'] == 'connect':
        return host.connect_volume(info['data'])
    if command['do'] == 'extend':
        return host.extend_volume(info['data'])
    lost = command['lost']
    return host.disconnect_volume(info['data'], command['device'], force=lost, ignore_errors=lost)


for line in sys.stdin:
    try:
        result = {'result': answer(json.loads(line))}
    except Exception as error:  # whatever os-brick raises is the answer
        result = {'error': '%s: %s' % (type(error).__name__, error)}
    print(json.dumps(result), file=answers, flush=True)
