export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** Plain data that survives `JSON.parse(JSON.stringify(value))` unchanged. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
