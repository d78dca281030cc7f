/**
 * Where in an object a value is. A path is a chain of small links, and becomes text only where something is wrong:
 * checking a valid object builds no strings.
 * @see k8s.io/apimachinery/pkg/util/validation/field/path.go
 */
export class FieldPath {
  readonly #parent: FieldPath | undefined;
  readonly #part: string | number;
  readonly #kind: "name" | "index" | "key";

  private constructor(parent: FieldPath | undefined, part: string | number, kind: "name" | "index" | "key") {
    this.#parent = parent;
    this.#part = part;
    this.#kind = kind;
  }

  /** The path of a field of the object itself: `FieldPath.of("spec")`. */
  static of(...names: readonly string[]): FieldPath {
    let path: FieldPath | undefined;
    for (const name of names) path = new FieldPath(path, name, "name");
    if (path === undefined) throw new Error("a path has at least one name");
    return path;
  }

  /** `spec` → `spec.template.metadata` */
  child(...names: readonly string[]): FieldPath {
    let path: FieldPath = this;
    for (const name of names) path = new FieldPath(path, name, "name");
    return path;
  }

  /** `containers` → `containers[0]` */
  index(position: number): FieldPath {
    return new FieldPath(this, position, "index");
  }

  /** `labels` → `labels[job-name]` */
  key(key: string): FieldPath {
    return new FieldPath(this, key, "key");
  }

  /** The first name of the path, as a path of its own. */
  root(): FieldPath {
    let path: FieldPath = this;
    for (let parent = path.#parent; parent !== undefined; parent = path.#parent) path = parent;
    return path;
  }

  toString(): string {
    let text = "";
    let link: FieldPath | undefined = this;
    while (link !== undefined) {
      const before: FieldPath | undefined = link.#parent;
      if (link.#kind === "name") text = `${before === undefined ? "" : "."}${link.#part}${text}`;
      else text = `[${link.#part}]${text}`;
      link = before;
    }
    return text;
  }
}
