interface Variable {
  /** null: declared (exported, local) and not set. */
  readonly value: string | null;
  readonly isExported: boolean;
  readonly isReadOnly: boolean;
}

/** Thrown where a variable must not be changed. */
export class ReadOnlyVariable {
  constructor(readonly name: string) {}
}

/**
 * The variables of a shell. Those that came with its environment are looked up there until one is changed, so that a
 * shell that sets nothing copies nothing.
 */
export class Variables {
  readonly #inherited: ReadonlyMap<string, string>;
  /** Changes upon what was inherited; null: unset. */
  readonly #own: Map<string, Variable | null>;
  #environment: ReadonlyMap<string, string> | null = null;

  constructor(inherited: ReadonlyMap<string, string>, own: Map<string, Variable | null> = new Map()) {
    this.#inherited = inherited;
    this.#own = own;
  }

  /** The same variables for a subshell. */
  fork(): Variables {
    const copy = new Variables(this.#inherited, new Map(this.#own));
    copy.#environment = this.#environment;
    return copy;
  }

  get(name: string): string | undefined {
    const own = this.#own.get(name);
    if (own !== undefined) return own?.value ?? undefined;
    return this.#inherited.get(name);
  }

  /** Throws {@link ReadOnlyVariable}. */
  set(name: string, value: string, exported?: boolean): void {
    const old = this.#lookup(name);
    if (old?.isReadOnly) throw new ReadOnlyVariable(name);
    const isExported = exported ?? old?.isExported ?? false;
    if (isExported || old?.isExported) this.#environment = null;
    this.#own.set(name, { value, isExported, isReadOnly: false });
  }

  unset(name: string): void {
    const old = this.#lookup(name);
    if (old?.isReadOnly) throw new ReadOnlyVariable(name);
    if (old?.isExported) this.#environment = null;
    this.#own.set(name, null);
  }

  mark(name: string, marks: { readonly isExported?: boolean; readonly isReadOnly?: boolean }): void {
    const old = this.#lookup(name) ?? { value: null, isExported: false, isReadOnly: false };
    if (marks.isExported !== undefined) this.#environment = null;
    this.#own.set(name, { ...old, ...marks });
  }

  isReadOnly(name: string): boolean {
    return this.#own.get(name)?.isReadOnly ?? false;
  }

  /** What `restore` needs to bring a variable back as it is now. */
  save(name: string): Variable | null {
    return this.#lookup(name);
  }

  restore(name: string, saved: Variable | null): void {
    this.#environment = null;
    this.#own.set(name, saved);
  }

  /** What children get; the same map until an exported variable changes. */
  environment(): ReadonlyMap<string, string> {
    if (this.#environment) return this.#environment;
    const environment = new Map(this.#inherited);
    for (const [name, variable] of this.#own) {
      if (variable?.isExported && variable.value !== null) environment.set(name, variable.value);
      else environment.delete(name);
    }
    this.#environment = environment;
    return environment;
  }

  /** All that are set or marked, sorted by name. */
  list(): {
    readonly name: string;
    readonly value: string | null;
    readonly isExported: boolean;
    readonly isReadOnly: boolean;
  }[] {
    const names = new Set([...this.#inherited.keys(), ...this.#own.keys()]);
    return [...names].sort().flatMap((name) => {
      const variable = this.#lookup(name);
      return variable ? [{ name, ...variable }] : [];
    });
  }

  #lookup(name: string): Variable | null {
    const own = this.#own.get(name);
    if (own !== undefined) return own;
    const value = this.#inherited.get(name);
    return value === undefined ? null : { value, isExported: true, isReadOnly: false };
  }
}

export function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

/** A value in single quotes, so that a shell reads it back: `'it'"'"'s'`. */
export function singleQuoted(text: string): string {
  return text
    .split(/('+)/)
    .map((piece, index) => (index % 2 === 1 ? `"${piece}"` : piece === "" && text !== "" ? "" : `'${piece}'`))
    .join("");
}
