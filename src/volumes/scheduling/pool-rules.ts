import type { Config } from '../../platform/config/config.schema.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import type { PromiseRules } from './capacity.js';

/** Cinder's default of `max_over_subscription_ratio`. */
const OVER_SUBSCRIPTION = 20;

/** A backend's settings for the scheduler, with their defaults. */
export interface PoolRules extends PromiseRules {
  readonly zone: string;
}

/** The settings of a backend. */
export function poolRules(config: Config, { name, capabilities }: KnownBackend): PoolRules {
  const settings = config.backends.find((one) => one.name === name);
  return {
    zone: settings?.availability_zone ?? config.availability_zone,
    isThin: capabilities.thin === true,
    maxOverSubscriptionRatio: settings?.max_over_subscription_ratio ?? OVER_SUBSCRIPTION,
    reservedPercentage: settings?.reserved_percentage ?? 0,
  };
}

/** The availability zones of the configured backends, each once. */
export function zonesOf(config: Config): readonly string[] {
  return [...new Set(config.backends.map((one) => one.availability_zone ?? config.availability_zone))];
}
