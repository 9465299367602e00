import type { JsonObject } from '../drivers/contract/index.js';
import type { BackendConfig, FoundDriver } from '../drivers/registry/driver-loader.js';
import type { Config } from '../platform/config/config.schema.js';

/** What the drivers say of the options of their backends. */
export interface CheckedBackends {
  /** The backends, without the secrets that the drivers' schemas mark. */
  readonly shown: readonly object[];
  readonly secrets: readonly string[];
  /** Why a driver cannot be used, or its options. */
  readonly problems: readonly string[];
}

/**
 * Loads the drivers and has them judge their options. Of a driver that cannot be used, no option is shown.
 * @param judge what else is asked of a driver that fits, such as to be created.
 */
export async function checkedBackends(
  { backends, base_folder: folder }: Pick<Config, 'backends' | 'base_folder'>,
  judge: (found: FoundDriver, backend: BackendConfig) => unknown = () => undefined,
): Promise<CheckedBackends> {
  const { DriverLoadError } = await import('../drivers/registry/driver-load-error.js');
  const { findDriver } = await import('../drivers/registry/driver-loader.js');
  const shown: object[] = [];
  const secrets: string[] = [];
  const problems: string[] = [];
  for (const backend of backends) {
    try {
      const found = await findDriver(backend, folder);
      await judge(found, backend);
      const { marked } = found;
      shown.push({ ...backend, options: marked.masked });
      secrets.push(...marked.secrets);
    } catch (error) {
      if (!(error instanceof DriverLoadError)) throw error;
      shown.push({ ...backend, options: namesOf(backend.options) });
      problems.push(`backends: ${error.message}`);
    }
  }
  return { shown, secrets, problems };
}

function namesOf(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(options).map((key) => [key, '***']));
}
