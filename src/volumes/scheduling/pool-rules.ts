import type { Config } from '../../platform/config/config.schema.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import { type Placement, placementIn } from '../../drivers/registry/placement.js';
import type { PromiseRules } from './capacity.js';

/** A backend's settings for the scheduler, with their defaults. */
export interface PoolRules extends PromiseRules, Placement {}

/** The settings of a backend, of this process or another one. */
export function poolRules(config: Config, { name, capabilities, placement }: KnownBackend): PoolRules {
  return { isThin: capabilities.thin === true, ...(placement ?? placementIn(config, name)) };
}

/** The availability zones of the backends, each once. */
export function zonesOf(config: Config, backends: readonly KnownBackend[]): readonly string[] {
  return [...new Set(backends.map((backend) => poolRules(config, backend).zone))];
}
