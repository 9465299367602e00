import type { JsonObject } from './json.js';

/**
 * The TypeScript type of a driver's options, derived from their JSON Schema, with the defaults filled in. It understands
 * `type`, `enum`, `items`, `properties`, `required`, `default`, and `propertyNames` with `additionalProperties`; values
 * described otherwise have the type unknown. Declare the schema `as const`, or inside of `defineDriver`.
 *
 * @example
 * const schema = {
 *   type: 'object',
 *   required: ['url'],
 *   properties: { url: { type: 'string' }, timeout_s: { type: 'integer', default: 30 } },
 * } as const satisfies JsonObject;
 * type Options = OptionsOf<typeof schema>; // { readonly url: string; readonly timeout_s: number }
 */
export type OptionsOf<Schema> = Schema extends { readonly enum: readonly (infer Value)[] }
  ? Value
  : Schema extends { readonly type: 'string' }
    ? string
    : Schema extends { readonly type: 'boolean' }
      ? boolean
      : Schema extends { readonly type: 'integer' | 'number' }
        ? number
        : Schema extends { readonly type: 'array'; readonly items: infer Item }
          ? readonly OptionsOf<Item>[]
          : Schema extends { readonly type: 'object' }
            ? ObjectOf<Schema>
            : unknown;

type ObjectOf<Schema> = Schema extends { readonly properties: infer Properties }
  ? Fields<Properties, PresentIn<Properties, Schema>>
  : Schema extends {
        readonly propertyNames: { readonly enum: readonly (infer Name extends string)[] };
        readonly additionalProperties: infer Value;
      }
    ? { readonly [Key in Name]?: OptionsOf<Value> }
    : JsonObject;

type Fields<Properties, Present> = {
  readonly [Key in keyof Properties as Key extends Present ? Key : never]: OptionsOf<Properties[Key]>;
} & {
  readonly [Key in keyof Properties as Key extends Present ? never : Key]?: OptionsOf<Properties[Key]>;
};

/** Keys that are always present: required ones and ones with a default. */
type PresentIn<Properties, Schema> =
  | (Schema extends { readonly required: readonly (infer Key)[] } ? Key : never)
  | {
      [Key in keyof Properties]: Properties[Key] extends { readonly default: unknown } ? Key : never;
    }[keyof Properties];
