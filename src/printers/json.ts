/**
 * JSON as kubectl prints it: indented by four spaces, with a final newline, and with `<`, `>` and `&` escaped as
 * Go's encoder does. Keys keep the order of the object: see `sortKeys` in key-order.ts and `goOrder` in go-order.ts.
 */
export function printJson(value: unknown): string {
  return `${escapeHtml(JSON.stringify(value, null, 4))}\n`;
}

/** The same on one line, without a final newline. */
export function printCompactJson(value: unknown): string {
  return escapeHtml(JSON.stringify(value));
}

const htmlCharacters = /[<>&\u2028\u2029]/g;

function escapeHtml(json: string): string {
  return json.replace(htmlCharacters, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
