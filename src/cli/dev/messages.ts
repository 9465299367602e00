import type { PlannedFault } from './fault-plan.js';

/** What the session tells its server. */
export interface ToServer {
  readonly fault: PlannedFault;
}

/** What the server tells its session. */
export type FromServer =
  { readonly serving: string } | { readonly notStarted: string } | { readonly dies: true };
