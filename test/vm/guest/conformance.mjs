import { runConformance } from '../../../dist/drivers/conformance/index.js';
import lvm from '../../../dist/drivers/lvm/lvm.driver.js';
import { BACKENDS, lose } from './storage.mjs';

/** Declares the conformance kit for a backend's driver, created as in the server but without one. */
export function conformanceOf(name, { describe, it }) {
  const { options } = BACKENDS.find((backend) => backend.name === name);
  runConformance({
    describe,
    it,
    definition: lvm,
    options: () => options,
    repetitions: 2,
    hooks: { loseExport: () => lose(name) },
  });
}
