import type { Config } from '../../platform/config/config.schema.js';

/** Cinder's default of `max_over_subscription_ratio`. */
const OVER_SUBSCRIPTION = 20;

/** What the configuration says of the volumes that a backend may get. */
export interface Placement {
  /** Availability zone. */
  readonly zone: string;
  readonly maxOverSubscriptionRatio: number;
  readonly reservedPercentage: number;
}

/** The settings of a backend of this process, with their defaults. */
export function placementIn(config: Config, name: string): Placement {
  const settings = config.backends.find((one) => one.name === name);
  return {
    zone: settings?.availability_zone ?? config.availability_zone,
    maxOverSubscriptionRatio: settings?.max_over_subscription_ratio ?? OVER_SUBSCRIPTION,
    reservedPercentage: settings?.reserved_percentage ?? 0,
  };
}
