/** What Go prints for characters that its quoted strings write with a letter. */
const goEscapes: { readonly [character: string]: string } = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be written another way
const quotedInGo = /["\\\u0000-\u001f\u007f-\u00a0\u00ad\u2028\u2029]/g;

/** `text` as Go's %q prints it: in double quotes, with Go's escapes. */
export function quote(text: string): string {
  return `"${text.replace(quotedInGo, (character) => goEscapes[character] ?? numericEscape(character))}"`;
}

function numericEscape(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** `value` as Go's JSON encoder prints it: no spaces, keys sorted, and `<`, `>`, `&` escaped. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value, sortKeys) ?? "null";
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries);
}

/** `["a" "b"]`, as Go prints a list of strings with %q. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quote).join(" ")}]`;
}

/** A number as Go's strconv writes it with the format 'g' and the shortest exact precision. */
export function goNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) {
    return String(value);
  }
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 21) {
    return String(value);
  }
  const [mantissa = "", power = ""] = value.toExponential().split("e");
  return `${mantissa}e${power[0] === "-" ? "-" : "+"}${power.replace(/^[-+]/, "").padStart(2, "0")}`;
}

/** A JSON value as Go's %v prints it: `map[a:1 b:[x y]]`, `<nil>`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goValue).join(" ")}]`;
  if (typeof value === "object") {
    const fields = value as { readonly [key: string]: unknown };
    return `map[${sortedKeys(value)
      .map((key) => `${key}:${goValue(fields[key])}`)
      .join(" ")}]`;
  }
  return typeof value === "number" ? goNumber(value) : String(value);
}

/** The keys of an object that have a value, in the order in which Go prints maps. */
export function sortedKeys(value: object): string[] {
  return Object.keys(value)
    .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
    .sort();
}

/** The type of a JSON value in Go's words. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) {
    return "<nil>";
  }
  if (Array.isArray(value)) {
    return "[]interface {}";
  }
  switch (typeof value) {
    case "object":
      return "map[string]interface {}";
    case "number":
      return Number.isInteger(value) ? "int64" : "float64";
    case "boolean":
      return "bool";
    default:
      return "string";
  }
}
