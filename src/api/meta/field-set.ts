/** FieldsV1, as JSON carries it. */
export interface Fields {
  readonly [element: string]: Fields;
}

/**
 * A set of paths of fields, as a tree: what `fieldsV1` of a managedFields entry holds. A path is a list of elements in the
 * words of FieldsV1: `f:spec`, `k:{"name":"pi"}` for an element of a list with keys, `v:"x"` for one of a list of values.
 * @see sigs.k8s.io/structured-merge-diff fieldpath/set.go, serialize.go
 */
export class FieldSet {
  /** Whether the path to here is in the set itself, besides what is below it. */
  isMember = false;
  readonly children = new Map<string, FieldSet>();

  /** Reads FieldsV1. What is no such thing is an empty set. */
  static fromFields(fields: unknown): FieldSet {
    const set = new FieldSet();
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return set;
    for (const [key, below] of Object.entries(fields)) {
      if (key === ".") {
        set.isMember = true;
        continue;
      }
      const child = FieldSet.fromFields(below);
      if (child.children.size === 0) child.isMember = true;
      set.children.set(key, child);
    }
    return set;
  }

  /** FieldsV1, with its keys sorted. */
  toFields(): Fields {
    const fields: { [element: string]: Fields } = {};
    if (this.isMember && this.children.size > 0) fields["."] = {};
    for (const key of [...this.children.keys()].sort()) fields[key] = this.#child(key).toFields();
    return fields;
  }

  get isEmpty(): boolean {
    return !this.isMember && this.children.size === 0;
  }

  insert(path: readonly string[]): void {
    let node: FieldSet = this;
    for (const element of path) {
      let child = node.children.get(element);
      if (child === undefined) {
        child = new FieldSet();
        node.children.set(element, child);
      }
      node = child;
    }
    node.isMember = true;
  }

  /** What the set holds below an element, if anything. */
  below(element: string): FieldSet | undefined {
    return this.children.get(element);
  }

  has(path: readonly string[]): boolean {
    let node: FieldSet | undefined = this;
    for (const element of path) node = node?.children.get(element);
    return node?.isMember === true;
  }

  union(other: FieldSet): FieldSet {
    return combine(this, other, (here, there) => here || there);
  }

  intersection(other: FieldSet): FieldSet {
    return combine(this, other, (here, there) => here && there);
  }

  /** Paths of this set that the other does not have; what is below a path is a matter of its own. */
  difference(other: FieldSet): FieldSet {
    return combine(this, other, (here, there) => here && !there);
  }

  /** Without everything at and below one top-level element, or with nothing but that. */
  only(element: string, wanted: boolean): FieldSet {
    const set = new FieldSet();
    for (const [key, child] of this.children) if ((key === element) === wanted) set.children.set(key, child);
    return set;
  }

  equals(other: FieldSet): boolean {
    if (this.isMember !== other.isMember || this.children.size !== other.children.size) return false;
    for (const [key, child] of this.children) {
      const same = other.children.get(key);
      if (same === undefined || !child.equals(same)) return false;
    }
    return true;
  }

  /** Every path, those of a level before those below it. */
  paths(prefix: readonly string[] = []): readonly (readonly string[])[] {
    const keys = [...this.children.keys()].sort();
    const here = keys.filter((key) => this.#child(key).isMember).map((key) => [...prefix, key]);
    return [...here, ...keys.flatMap((key) => this.#child(key).paths([...prefix, key]))];
  }

  #child(key: string): FieldSet {
    return this.children.get(key) ?? new FieldSet();
  }
}

const nothing = new FieldSet();

function combine(left: FieldSet, right: FieldSet, decide: (here: boolean, there: boolean) => boolean): FieldSet {
  const set = new FieldSet();
  set.isMember = decide(left.isMember, right.isMember);
  for (const key of new Set([...left.children.keys(), ...right.children.keys()])) {
    const child = combine(left.children.get(key) ?? nothing, right.children.get(key) ?? nothing, decide);
    if (!child.isEmpty) set.children.set(key, child);
  }
  return set;
}

/** A path as messages write it: `.spec.template.spec.containers[name="pi"].image`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join("");
}

function elementText(element: string): string {
  const value = element.slice(2);
  switch (element[0]) {
    case "f":
      return `.${value}`;
    case "k": {
      const keys = Object.entries(JSON.parse(value) as { readonly [name: string]: unknown });
      return `[${keys.map(([name, key]) => `${name}=${JSON.stringify(key)}`).join(",")}]`;
    }
    case "v":
      return `[=${value}]`;
    default:
      return `[${value}]`;
  }
}
