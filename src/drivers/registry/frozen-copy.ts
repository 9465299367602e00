/** Far deeper than any connector or connection; keeps hostile input from exhausting the stack. */
const MAX_DEPTH = 100;

/** A value that is not plain JSON data; the message says where and what. */
export class NotPlainData extends Error {
  override readonly name = 'NotPlainData';
}

/**
 * A deep, frozen copy of plain JSON data, so that neither side can change what the other one holds.
 * Properties that are undefined are left out, as JSON does.
 * @param where names the value in messages.
 * @throws NotPlainData for functions, class instances, NaN, symbols and the like, and for endless nesting.
 */
export function frozenCopy<T>(value: T, where: string): T {
  // Only data is copied, property by property: what comes out has the shape of what went in.
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
      throw new NotPlainData(`${where} is ${value}, which JSON cannot hold`);
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return copyArray(value, where, depth);
      return copyObject(value, where, depth);
    default:
      throw new NotPlainData(`${where} is of type ${typeof value}, which JSON cannot hold`);
  }
}

function copyArray(value: readonly unknown[], where: string, depth: number): unknown {
  return Object.freeze(
    Array.from(value, (item, index) => copyAt(item, `${where}[${String(index)}]`, depth + 1)),
  );
}

function copyObject(value: object, where: string, depth: number): unknown {
  if (!isPlain(value)) throw new NotPlainData(`${where} is an instance of a class, not plain data`);
  // fromEntries defines properties, so that even a key `__proto__` stays data.
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, copyAt(item, `${where}.${key}`, depth + 1)]),
    ),
  );
}

/** Compares prototypes by shape: a plug-in may come from another realm, with an Object of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
