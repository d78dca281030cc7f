/** How a {@link TabWriter} lays out its columns; all in characters. */
interface TabLayout {
  readonly minWidth: number;
  readonly padding: number;
  /** Columns never get narrower again, also after a flush: what keeps the rows of a watch aligned. */
  readonly rememberWidths?: boolean;
}

/** The layout of kubectl's tables. @see cli-runtime pkg/printers/tabwriter.go */
export const tableLayout: TabLayout = { minWidth: 6, padding: 3, rememberWidths: true };

/** The layout of `kubectl describe`. */
export const describeLayout: TabLayout = { minWidth: 0, padding: 2 };

/**
 * Aligns text whose cells end in tabs: a column is a run of neighbouring lines that have a tab-terminated cell at
 * that place, and is as wide as its widest cell. Text behind the last tab of a line belongs to no column and is
 * neither padded nor measured.
 *
 * Text collects until `flush`, which hands the aligned lines to the sink.
 * @see github.com/liggitt/tabwriter, the fork of Go's text/tabwriter that kubectl prints with
 */
export class TabWriter {
  readonly #sink: (text: string) => void;
  readonly #layout: TabLayout;
  #pending = "";
  #remembered: number[] = [];

  constructor(sink: (text: string) => void, layout: TabLayout = tableLayout) {
    this.#sink = sink;
    this.#layout = layout;
  }

  write(text: string): void {
    this.#pending += text;
  }

  /** Aligns and hands over what was written; starts new columns (which are at least as wide as remembered ones). */
  flush(): void {
    if (this.#pending === "") {
      return;
    }
    const text = this.#pending;
    this.#pending = "";
    const output: string[] = [];
    // A form feed ends the line and all columns with it.
    for (const block of text.split("\f")) {
      const lines = block.split("\n").map((line) => line.split(/[\t\v]/));
      output.push(this.#align(lines));
    }
    this.#sink(output.join("\n"));
  }

  /** Flushes, and lets the next columns be as narrow as they like. */
  forgetWidths(): void {
    this.flush();
    this.#remembered = [];
  }

  #align(lines: string[][]): string {
    const done: string[] = new Array(lines.length).fill("");
    this.#alignColumn({ lines, done, column: 0, from: 0, to: lines.length });
    for (const [index, line] of lines.entries()) {
      done[index] += line[line.length - 1] ?? "";
    }
    return done.join("\n");
  }

  /** Pads one column of the lines `from` up to `to`, block by block, and then the columns to its right. */
  #alignColumn(area: { lines: string[][]; done: string[]; column: number; from: number; to: number }): void {
    const { lines, done, column, to } = area;
    let index = area.from;
    while (index < to) {
      const start = index;
      let width = this.#layout.minWidth;
      // The last cell of a line is not terminated by a tab, so it is in no column.
      while (index < to && column < (lines[index]?.length ?? 0) - 1) {
        width = Math.max(width, textWidth(lines[index]?.[column] ?? "") + this.#layout.padding);
        index += 1;
      }
      if (index === start) {
        index += 1;
        continue;
      }
      width = this.#remember(column, width);
      for (let row = start; row < index; row += 1) {
        const cell = lines[row]?.[column] ?? "";
        done[row] += cell + " ".repeat(width - textWidth(cell));
      }
      this.#alignColumn({ lines, done, column: column + 1, from: start, to: index });
    }
  }

  #remember(column: number, width: number): number {
    if (this.#layout.rememberWidths !== true) {
      return width;
    }
    const widest = Math.max(width, this.#remembered[column] ?? 0);
    this.#remembered[column] = widest;
    return widest;
  }
}

/** Width in code points; every one counts as one column wide. */
function textWidth(text: string): number {
  let width = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xdc00 && unit <= 0xdfff) {
      width -= 1;
    }
  }
  return width;
}
