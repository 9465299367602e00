/** Far deeper than any real connector or connection; keeps hostile input from exhausting the stack. */
const MAX_DEPTH = 100;

/** A value is not plain JSON data. The message says where and what. */
export class NotPlainData extends Error {
  override readonly name = 'NotPlainData';
}

/**
 * Returns a deep, frozen copy of plain JSON data, so that neither side can change the other's data. Properties with
 * the value undefined are omitted, as in JSON.
 * @param where name of the value in messages.
 * @throws NotPlainData for functions, class instances, NaN, symbols and the like, and for endless nesting.
 */
export function frozenCopy<T>(value: T, where: string): T {
  // Data is copied property by property, so the copy has the type of the original.
  return copyAt(value, where, 0) as T;
}

function copyAt(value: unknown, where: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new NotPlainData(`${where} is nested too deeply`);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new NotPlainData(`${where} is ${value}, which JSON cannot represent`);
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return copyArray(value, where, depth);
      return copyObject(value, where, depth);
    default:
      throw new NotPlainData(`${where} is of type ${typeof value}, which JSON cannot represent`);
  }
}

function copyArray(value: readonly unknown[], where: string, depth: number): unknown {
  return Object.freeze(
    Array.from(value, (item, index) => copyAt(item, `${where}[${String(index)}]`, depth + 1)),
  );
}

function copyObject(value: object, where: string, depth: number): unknown {
  if (!isPlain(value)) throw new NotPlainData(`${where} is an instance of a class, not plain data`);
  // fromEntries defines properties, so even a key `__proto__` stays data.
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, copyAt(item, `${where}.${key}`, depth + 1)]),
    ),
  );
}

/** Checks the prototype chain, not its identity: a plug-in may come from another realm with its own `Object`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
