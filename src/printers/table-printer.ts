import { formatLabels } from "./cell-text.js";
import { TabWriter, tableLayout } from "./tab-writer.js";
import type { Cell, ColumnDefinition, Table, TableRow } from "./table.js";

/** The flags of `get` that change a table. */
export interface TablePrintOptions {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  /** `-A`: a NAMESPACE column in front. */
  readonly withNamespace?: boolean;
  /** `--show-labels`: a LABELS column at the end. */
  readonly showLabels?: boolean;
  /** `-L`: a column a label. */
  readonly labelColumns?: readonly string[];
  /** `job.batch`, put before each name as `job.batch/`: `--show-kind`, or several kinds at once. */
  readonly kindPrefix?: string;
}

/** `ADDED`, `MODIFIED`, `DELETED`, `ERROR`: the first column of `--output-watch-events`. */
export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED" | "ERROR" | "BOOKMARK";

/**
 * Prints the tables of one kind as kubectl does. The header comes with the first table that has rows, and again
 * when the columns change; later rows keep the widths of earlier ones. Text reaches the sink at `flush`: once
 * after a list, once an event in a watch.
 *
 * Several kinds after each other: one printer each, see {@link printTables}.
 * @see cli-runtime pkg/printers/tableprinter.go
 */
export class TablePrinter {
  readonly #options: TablePrintOptions;
  readonly #writer: TabWriter;
  #headerOf: string | undefined;
  #columns: readonly ColumnDefinition[] | undefined;
  #shown: readonly boolean[] = [];
  #nameIndex = -1;

  constructor(options: TablePrintOptions, sink: (text: string) => void) {
    this.#options = options;
    this.#writer = new TabWriter(sink, tableLayout);
  }

  /** Adds the rows of a table; `eventType` prints it in an EVENT column (all tables of a watch have it, or none). */
  print(table: Table, eventType?: WatchEventType): void {
    if (table.rows.length === 0) {
      return;
    }
    if (table.columns !== this.#columns) this.#begin(table.columns, eventType);
    const [shown, nameIndex] = [this.#shown, this.#nameIndex];
    for (const row of table.rows) {
      this.#writer.write(`${this.#rowCells({ row, shown, nameIndex, eventType }).map(formatCell).join("\t")}\n`);
    }
  }

  flush(): void {
    this.#writer.flush();
  }

  /** Columns that are the same ones are known by their identity. */
  #begin(columns: readonly ColumnDefinition[], eventType: WatchEventType | undefined): void {
    this.#columns = columns;
    this.#shown = columns.map(({ priority }) => this.#options.wide === true || priority === 0);
    this.#nameIndex = columns.findIndex(({ format, type }) => format === "name" && type === "string");
    const signature = JSON.stringify(columns);
    if (this.#headerOf !== signature && this.#options.noHeaders !== true) {
      this.#writer.write(`${this.#header(columns, this.#shown, eventType).join("\t")}\n`);
    }
    this.#headerOf = signature;
  }

  #header(columns: readonly ColumnDefinition[], shown: readonly boolean[], eventType: string | undefined): string[] {
    const names = columns.filter((_, index) => shown[index]).map(({ name }) => name.toUpperCase());
    return [
      ...(eventType === undefined ? [] : ["EVENT"]),
      ...(this.#options.withNamespace === true ? ["NAMESPACE"] : []),
      ...names,
      ...(this.#options.labelColumns ?? []).map(labelHeader),
      ...(this.#options.showLabels === true ? ["LABELS"] : []),
    ];
  }

  #rowCells(place: {
    row: TableRow;
    shown: readonly boolean[];
    nameIndex: number;
    eventType: WatchEventType | undefined;
  }): Cell[] {
    const { row, shown, nameIndex, eventType } = place;
    const { namespace, labels } = row.object.metadata;
    const cells: Cell[] = eventType === undefined ? [] : [eventType.padEnd("MODIFIED".length)];
    if (this.#options.withNamespace === true) {
      cells.push(namespace ?? "");
    }
    for (const [index, cell] of row.cells.entries()) {
      if (shown[index] === true) {
        const isPrefixed = index === nameIndex && this.#options.kindPrefix !== undefined;
        cells.push(isPrefixed ? `${this.#options.kindPrefix}/${cell}` : cell);
      }
    }
    for (const key of this.#options.labelColumns ?? []) {
      cells.push(labels?.[key] ?? "");
    }
    if (this.#options.showLabels === true) {
      cells.push(formatLabels(labels));
    }
    return cells;
  }
}

/** One kind's share of a `get` of several kinds. */
interface TableGroup {
  readonly table: Table;
  readonly options: TablePrintOptions;
}

/**
 * Prints tables of several kinds, each with columns of its own, a blank line between those that have rows (none
 * with `noHeaders`). Returns whether anything was printed: where not, `get` says that no resources were found.
 */
export function printTables(groups: readonly TableGroup[], sink: (text: string) => void): boolean {
  let isFirst = true;
  for (const { table, options } of groups) {
    if (table.rows.length === 0) {
      continue;
    }
    if (!isFirst && options.noHeaders !== true) {
      sink("\n");
    }
    isFirst = false;
    const printer = new TablePrinter(options, sink);
    printer.print(table);
    printer.flush();
  }
  return !isFirst;
}

/** The header of a label column: the label's name without its prefix. */
function labelHeader(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1).toUpperCase();
}

/** A cell's text: its first line, and nothing that would move a terminal's cursor. */
function formatCell(cell: Cell): string {
  if (cell === null) {
    return "";
  }
  const text = String(cell);
  const end = text.search(/[\f\n\r]/);
  return escapeTerminal(end === -1 ? text : `${text.slice(0, end)}...`);
}

/** Makes escape sequences visible instead of effective. @see cli-runtime pkg/printers/terminal.go */
export function escapeTerminal(text: string): string {
  return text.includes("\x1b") || text.includes("\r") ? text.replaceAll("\x1b", "^[").replaceAll("\r", "\\r") : text;
}
