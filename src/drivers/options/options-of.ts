import type { JsonObject } from '../contract/index.js';

/**
 * The TypeScript type of a driver's options, derived from their JSON Schema, with the defaults filled in. Supports the
 * keywords that the built-in drivers use; other values have the type unknown.
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
