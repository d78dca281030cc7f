/**
 * Tools to fill in what an object leaves open. Objects are never changed: what needs nothing is returned as it is,
 * what needs something is a copy that shares all other parts.
 */

/** Whether Go would see this field as not set: strings and numbers that have no pointer are not set when empty. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}

/** `object` with those of `values` that it lacks. A field that is set to `undefined` here needs no value. */
export function fill<T extends object>(object: T, values: Partial<T>): T {
  let copy: T | undefined;
  for (const name in values) {
    if (!isUnset(object[name]) || values[name] === undefined) continue;
    copy ??= { ...object };
    copy[name] = values[name] as T[typeof name];
  }
  return copy ?? object;
}

/** As `fill`; a field that is empty (`""` or 0) counts as one that is lacking, as where Go has no pointer. */
export function fillEmpty<T extends object>(object: T, values: Partial<T>): T {
  let copy: T | undefined;
  for (const name in values) {
    const value: unknown = object[name];
    if ((!isUnset(value) && value !== "" && value !== 0) || values[name] === undefined) continue;
    copy ??= { ...object };
    copy[name] = values[name] as T[typeof name];
  }
  return copy ?? object;
}

/** `object` with `name` changed by `change`; `object` itself where that changes nothing, or where it has no `name`. */
export function change<T extends object, Name extends keyof T>(
  object: T,
  name: Name,
  by: (value: NonNullable<T[Name]>) => NonNullable<T[Name]>,
): T {
  const value = object[name];
  if (value === undefined || value === null) return object;
  const changed = by(value);
  return changed === value ? object : { ...object, [name]: changed };
}

/** Every item changed by `by`; the list itself where no item changes. */
export function changeItems<T>(items: readonly T[], by: (item: T) => T): readonly T[] {
  let copy: T[] | undefined;
  for (let position = 0; position < items.length; position++) {
    const item = items[position] as T; // the loop stays inside the list
    const changed = by(item);
    if (changed === item) continue;
    copy ??= items.slice();
    copy[position] = changed;
  }
  return copy ?? items;
}
