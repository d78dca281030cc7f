import type { EpochMs } from "../../api/meta/object.js";
import { ageOf, formatRfc1123, type ZoneOffset } from "../durations.js";
import { describeLayout, TabWriter } from "../tab-writer.js";
import { escapeTerminal } from "../table-printer.js";
import { isIn, type Versioned } from "../versioned.js";

/** What a description depends on beside its object. */
interface DescribeContext {
  /** Whether cells stay apart by tabs, not by columns. */
  readonly isUnaligned?: boolean;
  readonly now: EpochMs;
  /** kubectl's version, such as `1.34`. */
  readonly version: string;
  /** The reader's time zone. */
  readonly zone: ZoneOffset;
}

const annotationLengthMax = 140;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Collects a description: fields `Name:\tvalue` at a level, whose values are aligned at the end. */
export class DescribeWriter {
  readonly context: DescribeContext;
  readonly #writer: TabWriter;
  #output = "";

  constructor(context: DescribeContext) {
    this.context = context;
    this.#writer = new TabWriter((text) => {
      this.#output += text;
    }, describeLayout);
  }

  /** Text as it is; tabs end cells, and nothing is added. */
  text(text: string): void {
    if (this.context.isUnaligned === true) this.#output += escapeTerminal(text);
    else this.#writer.write(escapeTerminal(text));
  }

  /** A line, indented by two spaces a level. */
  line(level: number, text: string): void {
    this.text(`${"  ".repeat(level)}${text}\n`);
  }

  /** `Name:\tvalue`. */
  field(level: number, name: string, value: string | number | boolean): void {
    this.line(level, `${name}:\t${value}`);
  }

  /** A field that only some versions print, and only where there is a value. */
  optionalField(name: string, value: string | number | boolean | undefined, shown: Versioned = {}): void {
    if (value !== undefined && value !== "" && this.shows(shown)) {
      this.field(0, name, value);
    }
  }

  /** Whether the version at hand prints what is marked so. */
  shows(entry: Versioned): boolean {
    return isIn(this.context.version, entry);
  }

  /** A wire time as `Sun, 22 Nov 2026 02:06:18 +0000`; Go's zero time where there is none. */
  time(time: string | null | undefined): string {
    return time ? formatRfc1123(time, this.context.zone) : "Mon, 01 Jan 0001 00:00:00 +0000";
  }

  age(time: string | null | undefined): string {
    return ageOf(time, this.context.now);
  }

  /** Several values under one name, one a line; `<none>` for none. */
  list(title: string, values: readonly string[], indent = ""): void {
    if (values.length === 0) {
      this.text(`${indent}${title}:\t<none>\n`);
      return;
    }
    for (const [index, value] of values.entries()) {
      this.text(`${indent}${index === 0 ? `${title}:` : ""}\t${value}\n`);
    }
  }

  labels(title: string, labels: { readonly [key: string]: string } | undefined, indent = ""): void {
    const keys = Object.keys(labels ?? {}).sort();
    this.list(
      title,
      keys.map((key) => `${key}=${labels?.[key]}`),
      indent,
    );
  }

  /** Long annotations, and those of several lines, get lines of their own, cut where they are too long. */
  annotations(annotations: { readonly [key: string]: string } | undefined, title = "Annotations"): void {
    const keys = Object.keys(annotations ?? {}).filter((key) => key !== lastApplied);
    const lines = keys.sort().flatMap((key) => {
      const value = (annotations?.[key] ?? "").replace(/\n$/, "");
      const isLong = value.length + key.length + 2 > annotationLengthMax || value.includes("\n");
      return isLong ? [`${key}:`, ...value.split("\n").map((part) => `  ${shorten(part)}`)] : [`${key}: ${value}`];
    });
    this.list(title, lines);
  }

  /** Ends the alignment of what came before. */
  flush(): void {
    this.#writer.flush();
  }

  finish(): string {
    this.flush();
    return this.#output;
  }
}

function shorten(text: string): string {
  const lengthMax = annotationLengthMax - 2;
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}...` : text;
}

/** `True`, `False`, or `<unset>`. */
export function formatBool(value: boolean | undefined): string {
  return value === undefined ? "<unset>" : value ? "True" : "False";
}
