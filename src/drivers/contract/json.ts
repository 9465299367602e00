export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A plain object that `JSON.parse(JSON.stringify(value))` reproduces unchanged. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
