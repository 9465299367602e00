import assert from 'node:assert/strict';
import type { Connection, Connector, VolumeRef } from '../../contract/index.js';
import type { ConformanceSuite } from '../conformance-test.js';
import type { CompleteOptions } from '../options.js';
import { frozen } from '../plain-data.js';
import type { Scenario } from '../scenario.js';

/** Only names of initiators are compared without regard to case; addresses have no letters that matter. */
const withoutInitiators = ({ capabilities: { accessControl, storageProtocol } }: CompleteOptions) =>
  accessControl === 'initiator' && /^(iscsi|iser)$/i.test(storageProtocol)
    ? null
    : 'hosts are not known by the names of iSCSI initiators';

export const names: ConformanceSuite = {
  title: 'names of hosts',
  tests: () => [
    {
      title: 'a host is disconnected whatever the case of its name',
      rule: 'initiator',
      cause: 'names of initiators are compared character by character',
      skipped: withoutInitiators,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        await scenario.connect(volume, connection);
        await scenario.disconnect(volume, inUpperCase(connection));
        assert.deepEqual(await admittedTo(scenario, volume), [], 'the host is still admitted');
      },
    },
    {
      title: 'a host keeps its access while an attachment with its name in another case remains',
      rule: 'initiator',
      cause: 'names of initiators are compared character by character',
      skipped: withoutInitiators,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const other = inUpperCase(scenario.connection());
        await scenario.connect(volume, connection);
        await scenario.connect(volume, other, [connection]);
        await scenario.disconnect(volume, connection, [other]);
        assert.deepEqual(
          await admittedTo(scenario, volume),
          [hostOf(connection)],
          'the host lost its access',
        );
        await scenario.disconnect(volume, other);
        assert.deepEqual(await admittedTo(scenario, volume), [], 'the host is still admitted');
      },
    },
  ],
};

function nameOf({ initiator }: Connector): string {
  assert.ok(typeof initiator === 'string', 'the option "connector" makes hosts without initiators');
  return initiator;
}

function hostOf({ connector }: Connection): string {
  return nameOf(connector).toLowerCase();
}

function inUpperCase(connection: Connection): Connection {
  // The beginning names the format: RFC 7143 wants it in lower case.
  const [format = '', ...rest] = nameOf(connection.connector).split(':');
  const initiator = [format, ...rest.map((part) => part.toUpperCase())].join(':');
  return frozen({ ...connection, connector: { ...connection.connector, initiator } });
}

/** Returns the admitted hosts in lower case, each once. */
async function admittedTo(scenario: Scenario, volume: VolumeRef): Promise<readonly string[]> {
  const { admitted } = await scenario.inspect(volume);
  return [...new Set((admitted ?? []).map((name) => name.toLowerCase()))];
}
