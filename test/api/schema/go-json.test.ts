import { expect, test } from "vitest";
import { parseGoJson } from "../../../src/api/schema/go-json.js";

test.each([
  { text: "{spec}", want: "invalid character 's' looking for beginning of object key string" },
  { text: '{"a":1', want: "unexpected end of JSON input" },
  { text: "", want: "unexpected end of JSON input" },
  { text: '{"a":1,}', want: "invalid character '}' looking for beginning of object key string" },
  { text: '{"a" 1}', want: "invalid character '1' after object key" },
  { text: "[1 2]", want: "invalid character '2' after array element" },
  { text: '{"a":1 "b":2}', want: "invalid character '\"' after object key:value pair" },
  { text: "nul", want: "unexpected end of JSON input" },
  { text: "nope", want: "invalid character 'o' in literal null (expecting 'u')" },
  { text: "fast", want: "invalid character 's' in literal false (expecting 'l')" },
  { text: "1 2", want: "invalid character '2' after top-level value" },
  { text: '"a\nb"', want: "invalid character '\\n' in string literal" },
  { text: '"\\q"', want: "invalid character 'q' in string escape code" },
  { text: "01", want: "invalid character '1' after top-level value" },
  { text: "-x", want: "invalid character 'x' in numeric literal" },
])("$text is refused: $want", ({ text, want }) => {
  expect(() => parseGoJson(text)).toThrow(want);
});

test("a value is read as it is", () => {
  expect(parseGoJson(' {"a": [1, "b", null]} ')).toEqual({ a: [1, "b", null] });
});
