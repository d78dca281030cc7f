import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { Versioned } from "./versioned.js";

/** What a cell may depend on beside its object. */
export interface CellContext {
  readonly now: EpochMs;
  /** The emulated server's version, such as `1.34`. */
  readonly version: string;
  /** Whether wide columns are asked for; some cells are longer then. */
  readonly wide: boolean;
}

export type Cell = string | number | boolean | null;

/** A column of a server-side table. */
export interface Column<Kind> extends Versioned {
  readonly name: string;
  /** Default `string`. */
  readonly type?: "string" | "integer" | "boolean";
  /** `name` marks the column that names the object; `--show-kind` puts its prefix there. */
  readonly format?: "name";
  /** 0, the default, is always shown; 1 only with `-o wide`. */
  readonly priority?: 0 | 1;
  readonly cell: (object: Kind, context: CellContext) => Cell;
}

/** A column as `meta.k8s.io/v1` Table has it, without the description. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object: KubeObject;
}

/** What the server sends for `get` without `-o`, and kubectl prints. */
export interface Table {
  readonly columns: readonly ColumnDefinition[];
  readonly rows: readonly TableRow[];
}
