"""Nova's own module for volumes, set up as nova-compute sets it up, but for a token instead of a Keystone."""

from .cloud import REGION
from .needs import needs_module

PACKAGE = 'python3-nova'


class NovaVolumes:
    """What Nova's other modules hold as `volume_api`, with the context of one user's request."""

    def __init__(self, endpoint, project):
        cinder = needs_module('nova.volume.cinder', PACKAGE)
        context = needs_module('nova.context', PACKAGE)
        conf = needs_module('nova.conf', PACKAGE).CONF
        conf([], project='nova', default_config_files=[])
        conf.set_override('http_retries', 0, 'cinder')
        service = {'region': REGION, 'publicURL': f'{endpoint}/{project}'}
        catalogue = [{'type': 'volumev3', 'name': 'cinderv3', 'endpoints': [service]}]
        self.exceptions = needs_module('nova.exception', PACKAGE)
        self.context = context.RequestContext(
            'admin', project, auth_token=f'admin:{project}', service_catalog=catalogue, is_admin=True
        )
        self._api = cinder.API()

    def __getattr__(self, name):
        """The module's functions without their first argument."""
        function = getattr(self._api, name)
        return lambda *arguments, **more: function(self.context, *arguments, **more)
