import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runConformance } from 'clinker-driver/testing';
import definition from '../src/index.js';
import { World } from './support/world.js';

const worlds = new WeakMap();

function driverIn(world) {
  const driver = world.driver();
  worlds.set(driver, world);
  return driver;
}

runConformance({
  describe,
  it,
  capabilities: definition.capabilities,
  repetitions: 3,
  create: async () => {
    const world = new World();
    const cleanup = async () => assert.deepEqual([...world.nvmet.subsystems, ...world.lvm.volumes], []);
    return { driver: driverIn(world), cleanup };
  },
  hooks: {
    restart: async ({ driver }) => driverIn(worlds.get(driver)),
    loseExport: async ({ driver }) => worlds.get(driver).nvmet.reboot(),
    identify: async ({ driver }, { data }) => {
      const { namespaces } = worlds.get(driver).nvmet.subsystems.get(data.target_nqn);
      return `uuid.${namespaces.get('1').device_uuid}`;
    },
    interrupt: ({ driver }, step, trouble) => worlds.get(driver).interrupt(step, trouble),
  },
});
