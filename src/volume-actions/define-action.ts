import type { PolicyRule } from '../api/auth/policy.js';
import type { RequestContext } from '../api/auth/request-context.js';
import type { ActionBodies } from '../api/http/body.js';
import type { JsonSchema } from '../api/http/json-schema.js';
import type { Microversion } from '../microversion/microversion.js';
import { VersionTable } from '../microversion/version-table.js';
import type { ActionServices } from './action-services.js';

/** The target of an action, and the value in the body under the action's name. */
export interface ActionCall<Value> {
  readonly ctx: RequestContext;
  readonly volumeId: string;
  readonly version: Microversion;
  readonly value: Value;
}

/** The response; no body if absent. */
export interface ActionAnswer {
  readonly status: number;
  readonly body?: object;
}

/** The definition of a volume action. */
export interface VolumeAction<Value = never> {
  /** Schema of the value under the action's name, as in Cinder. */
  readonly schema: JsonSchema;
  /** Cinder's policy rule. */
  readonly rule: PolicyRule;
  /** Example value for the documentation. */
  readonly example: unknown;
  /** Performs the action. The value has been validated against the schema. */
  readonly handle: (services: ActionServices, call: ActionCall<Value>) => Promise<ActionAnswer>;
}

/** Actions by their names in bodies. */
export type VolumeActions = Readonly<Record<string, VolumeAction>>;

/** Defines an action whose schema accepts exactly `Value`. */
export const defineAction = <Value = unknown>(action: VolumeAction<Value>): VolumeAction => action;

/** The policy rule of each action. */
export function rulesOf(actions: VolumeActions): Readonly<Record<string, PolicyRule>> {
  return Object.fromEntries(Object.entries(actions).map(([name, { rule }]) => [name, rule]));
}

/** The complete body of each action: the action's name as its only key. */
export function bodiesOf(actions: VolumeActions): ActionBodies {
  return Object.fromEntries(
    Object.entries(actions).map(([name, { schema, example }]) => {
      const body: JsonSchema = {
        type: 'object',
        properties: { [name]: schema },
        required: [name],
        additionalProperties: false,
      };
      return [name, { schemas: new VersionTable<JsonSchema>(['base', body]), example: { [name]: example } }];
    }),
  );
}
