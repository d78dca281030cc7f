import type { Guest } from "./guest.js";

/**
 * Shows values as Node's util.inspect does with the shell's settings (compact 3, 80 columns), and BSON as the shell does.
 * @see https://github.com/nodejs/node/blob/v20.x/lib/internal/util/inspect.js
 */
export function installInspect(guest: Guest): void {
  interface State {
    readonly depthMax: number;
    readonly arrayMax: number;
    readonly colors: boolean;
    readonly stack: unknown[];
    indent: number;
    depth: number;
  }
  const breakLength = 80;
  const compact = 3;
  const styles: { readonly [style: string]: readonly [number, number] } = {
    number: [33, 39],
    boolean: [33, 39],
    string: [32, 39],
    null: [1, 22],
    undefined: [90, 39],
    date: [35, 39],
    regexp: [31, 39],
    special: [36, 39],
    symbol: [32, 39],
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences
  const plainLength = (text: string): number => text.replace(/\u001b\[\d+m/g, "").length;

  const styled = (state: State, text: string, style: string): string => {
    const codes = styles[style];
    return state.colors && codes ? `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m` : text;
  };

  const quote = (text: string): string => {
    const escaped = (mark: string): string => {
      let out = "";
      for (const letter of text) {
        const code = letter.codePointAt(0) ?? 0;
        if (letter === "\n") out += "\\n";
        else if (letter === "\t") out += "\\t";
        else if (letter === "\r") out += "\\r";
        else if (letter === "\b") out += "\\b";
        else if (letter === "\f") out += "\\f";
        else if (letter === "\v") out += "\\v";
        else if (letter === "\\") out += "\\\\";
        else if (letter === mark) out += `\\${mark}`;
        else if (code < 32 || code === 127) out += `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;
        else out += letter;
      }
      return `${mark}${out}${mark}`;
    };
    if (!text.includes("'")) return escaped("'");
    if (!text.includes('"')) return escaped('"');
    return text.includes("`") || text.includes("${") ? escaped("'") : escaped("`");
  };

  const showString = (state: State, text: string): string => {
    if (text.length > 16 && text.length > breakLength - state.indent - 4 && text.includes("\n")) {
      const lines = text.match(/[^\n]*\n|[^\n]+/g) ?? [];
      return lines.map((line) => styled(state, quote(line), "string")).join(` +\n${" ".repeat(state.indent + 2)}`);
    }
    return styled(state, quote(text), "string");
  };

  const showPrimitive = (state: State, value: unknown): string => {
    switch (typeof value) {
      case "string":
        return showString(state, value);
      case "number":
        return styled(state, Object.is(value, -0) ? "-0" : String(value), "number");
      case "bigint":
        return styled(state, `${value}n`, "number");
      case "boolean":
        return styled(state, String(value), "boolean");
      case "undefined":
        return styled(state, "undefined", "undefined");
      case "symbol":
        return styled(state, String(value), "symbol");
      default:
        return styled(state, "null", "null");
    }
  };

  const nameOfType = (value: object): string | null => {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === null) return null;
    const owner = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as { name?: unknown } | undefined;
    return typeof owner?.name === "string" ? owner.name : "Object";
  };

  const showKey = (state: State, key: string): string =>
    /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : styled(state, quote(key), "string");

  const showFields = (state: State, value: object, keys: readonly string[], level: number): string[] =>
    keys.map((key) => {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property?.get)
        return `${showKey(state, key)}: ${styled(state, property.set ? "[Getter/Setter]" : "[Getter]", "special")}`;
      state.indent += 2;
      const text = format(state, property?.value, level);
      state.indent -= 2;
      return `${showKey(state, key)}: ${text}`;
    });

  const showItems = (state: State, items: readonly unknown[], level: number): string[] => {
    const shown: string[] = [];
    for (let at = 0; at < Math.min(items.length, state.arrayMax); at++) {
      if (!(at in items)) {
        shown.push(styled(state, "<1 empty item>", "undefined"));
        continue;
      }
      state.indent += 2;
      shown.push(format(state, items[at], level));
      state.indent -= 2;
    }
    const left = items.length - shown.length;
    if (left > 0) shown.push(`... ${left} more item${left > 1 ? "s" : ""}`);
    return shown;
  };

  const group = (state: State, output: string[], value: readonly unknown[]): string[] => {
    const count = value.length > state.arrayMax ? output.length - 1 : output.length;
    const lengths = output.slice(0, count).map(plainLength);
    const total = lengths.reduce((sum, length) => sum + length + 2, 0);
    const longest = Math.max(0, ...lengths);
    const widest = longest + 2;
    if (!(widest * 3 + state.indent < breakLength && (total / widest > 5 || longest <= 6))) return output;
    const bias = Math.max(widest - Math.sqrt(widest - total / output.length), 1);
    const columns = Math.min(
      Math.round(Math.sqrt(2.5 * bias * count) / bias),
      Math.floor((breakLength - state.indent) / widest),
      compact * 4,
      15,
    );
    if (columns <= 1) return output;
    const widths: number[] = [];
    for (let column = 0; column < columns; column++) {
      let width = 0;
      for (let at = column; at < count; at += columns) width = Math.max(width, lengths[at] ?? 0);
      widths.push(width + 2);
    }
    const isNumeric = value.every((item) => typeof item === "number" || typeof item === "bigint");
    const rows: string[] = [];
    for (let start = 0; start < count; start += columns) {
      const end = Math.min(start + columns, count);
      let row = "";
      for (let at = start; at < end; at++) {
        const text = output[at] ?? "";
        const isLast = at === end - 1;
        const cell = isLast ? text : `${text}, `;
        const width = (widths[at - start] ?? 0) + text.length - (lengths[at] ?? 0) - (isLast ? 2 : 0);
        if (isNumeric) row += cell.padStart(width);
        else row += isLast ? cell : cell.padEnd(width);
      }
      rows.push(row);
    }
    if (count < output.length) rows.push(output[count] ?? "");
    return rows;
  };

  const join = (
    state: State,
    output: string[],
    shape: {
      readonly base: string;
      readonly open: string;
      readonly close: string;
      readonly items: readonly unknown[] | null;
    },
    level: number,
  ): string => {
    const { base, open, close, items } = shape;
    const entries = output.length;
    const lines = items !== null && entries > 6 ? group(state, output, items) : output;
    const prefix = base === "" ? "" : `${base} `;
    if (state.depth - level < compact && entries === lines.length) {
      const start = lines.length + state.indent + open.length + base.length + 10;
      let total = lines.length + start;
      let fits = total + lines.length <= breakLength;
      for (const line of lines) {
        total += plainLength(line);
        if (total > breakLength) fits = false;
      }
      const joined = lines.join(", ");
      if (fits && !joined.includes("\n") && !base.includes("\n")) return `${prefix}${open} ${joined} ${close}`;
    }
    const pad = `\n${" ".repeat(state.indent)}`;
    return `${prefix}${open}${pad}  ${lines.join(`,${pad}  `)}${pad}${close}`;
  };

  const showFunction = (value: object): string => {
    const { name } = value as { name?: unknown };
    const source = String(value);
    if (/^class\b/.test(source)) return name ? `[class ${String(name)}]` : "[class (anonymous)]";
    const kind = /^async function\*|^function\*/.test(source)
      ? "GeneratorFunction"
      : /^async/.test(source)
        ? "AsyncFunction"
        : "Function";
    return name ? `[${kind}: ${String(name)}]` : `[${kind} (anonymous)]`;
  };

  const showObject = (state: State, value: object, level: number): string => {
    const special = guest.bson.typeName(value);
    if (special !== null) return special;
    const own = (value as { [key: symbol]: unknown })[Symbol.for("kjob.inspect")];
    if (typeof own === "function") return String(own.call(value, state.depthMax === Number.POSITIVE_INFINITY));
    if (value instanceof Date) {
      const text = Number.isNaN(value.getTime()) ? "Invalid Date" : `ISODate("${value.toISOString()}")`;
      return styled(state, text, "date");
    }
    if (value instanceof RegExp) return styled(state, String(value), "regexp");
    const keys = Object.keys(value);
    if (value instanceof Promise) return `Promise { ${styled(state, "<pending>", "special")} }`;
    let base = "";
    if (typeof value === "function") {
      base = styled(state, showFunction(value), "special");
      if (keys.length === 0) return base;
    } else if (value instanceof Error) {
      const { name, message } = guest.describeError(value);
      base = message === "" ? name : `${name}: ${message}`;
      if (level > 0) base = `[${base}]`;
      const rest = keys.filter((key) => key !== "message" && key !== "stack" && key !== "name");
      if (rest.length === 0) return base;
      return nested(state, value, level, () =>
        join(state, showFields(state, value, rest, level + 1), { base, open: "{", close: "}", items: null }, level),
      );
    }
    const name = nameOfType(value);
    if (level > state.depthMax)
      return styled(state, `[${Array.isArray(value) ? "Array" : (name ?? "Object: null prototype")}]`, "special");
    if (Array.isArray(value)) {
      if (value.length === 0 && keys.length === 0) return "[]";
      const extra = keys.filter((key) => !/^\d+$/.test(key));
      return nested(state, value, level, () => {
        const output = [...showItems(state, value, level + 1), ...showFields(state, value, extra, level + 1)];
        return join(state, output, { base, open: "[", close: "]", items: value }, level);
      });
    }
    if (value instanceof Map || value instanceof Set) {
      const open = `${name}(${value.size}) {`;
      if (value.size === 0) return `${open}}`;
      return nested(state, value, level, () => {
        state.indent += 2;
        const output =
          value instanceof Map
            ? [...value].map(([key, item]) => `${format(state, key, level + 1)} => ${format(state, item, level + 1)}`)
            : [...value].map((item) => format(state, item, level + 1));
        state.indent -= 2;
        return join(state, output, { base, open, close: "}", items: null }, level);
      });
    }
    const prefix =
      name === "Object" || typeof value === "function" ? "" : name === null ? "[Object: null prototype] " : `${name} `;
    if (keys.length === 0 && base === "") return `${prefix}{}`;
    return nested(state, value, level, () =>
      join(
        state,
        showFields(state, value, keys, level + 1),
        { base, open: `${prefix}{`, close: "}", items: null },
        level,
      ),
    );
  };

  const nested = (state: State, value: object, level: number, show: () => string): string => {
    if (state.stack.includes(value)) return styled(state, "[Circular *1]", "special");
    state.stack.push(value);
    state.depth = level;
    const text = show();
    state.stack.pop();
    return text;
  };

  const format = (state: State, value: unknown, level: number): string =>
    (typeof value === "object" && value !== null) || typeof value === "function"
      ? showObject(state, value as object, level)
      : showPrimitive(state, value);

  guest.inspect = (value, { colors = guest.facts.colors, isWhole = false } = {}) =>
    format(
      {
        depthMax: isWhole ? Number.POSITIVE_INFINITY : 6,
        arrayMax: isWhole ? Number.POSITIVE_INFINITY : 100,
        colors,
        stack: [],
        indent: 0,
        depth: 0,
      },
      value,
      0,
    );
}
