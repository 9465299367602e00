"""A consumer as other OpenStack services have one: oslo.messaging's listener. Writes a line of JSON for each notification."""

import json
import sys
import threading

import oslo_messaging
from oslo_config import cfg

# The listener has several threads, and print writes a line and its end separately.
ONE_AT_A_TIME = threading.Lock()


class Endpoint:
    def info(self, context, publisher_id, event_type, payload, metadata):
        line = {'publisher': publisher_id, 'type': event_type, 'payload': payload, 'id': metadata['message_id']}
        with ONE_AT_A_TIME:
            print(json.dumps(line), flush=True)


conf = cfg.ConfigOpts()
oslo_messaging.set_transport_defaults('openstack')
transport = oslo_messaging.get_notification_transport(conf, url=sys.argv[1])
conf([], project='consumer')
conf.set_override('amqp_durable_queues', True, 'oslo_messaging_rabbit')
target = oslo_messaging.Target(topic='notifications')
listener = oslo_messaging.get_notification_listener(transport, [target], [Endpoint()], executor='threading')
listener.start()
listener.wait()
