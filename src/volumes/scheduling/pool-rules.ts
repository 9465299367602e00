import type { Config } from '../../platform/config/config.schema.js';
import type { KnownBackend, Placement } from '../../drivers/registry/backend-directory.js';
import type { PromiseRules } from './capacity.js';

/** Cinder's default of `max_over_subscription_ratio`. */
const OVER_SUBSCRIPTION = 20;

/** A backend's settings for the scheduler, with their defaults. */
export interface PoolRules extends PromiseRules, Placement {}

/** The settings of a backend, of this process or another one. */
export function poolRules(config: Config, { name, capabilities, placement }: KnownBackend): PoolRules {
  return { isThin: capabilities.thin === true, ...(placement ?? placementIn(config, name)) };
}

/** The settings of a backend of this process. */
export function placementIn(config: Config, name: string): Placement {
  const settings = config.backends.find((one) => one.name === name);
  return {
    zone: settings?.availability_zone ?? config.availability_zone,
    maxOverSubscriptionRatio: settings?.max_over_subscription_ratio ?? OVER_SUBSCRIPTION,
    reservedPercentage: settings?.reserved_percentage ?? 0,
  };
}

/** The availability zones of the backends, each once. */
export function zonesOf(config: Config, backends: readonly KnownBackend[]): readonly string[] {
  return [...new Set(backends.map((backend) => poolRules(config, backend).zone))];
}
