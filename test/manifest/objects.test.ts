import { describe, expect, test } from "vitest";
import { manifestObjects } from "../../src/manifest/objects.js";

/** Names of the objects, and messages of what is none. */
function read(text: string, { validate = true } = {}): string[] {
  const seen: string[] = [];
  try {
    for (const entry of manifestObjects(text, "x.yaml", { validate })) {
      seen.push(
        "error" in entry ? entry.error.message : `${entry.object.kind}/${entry.object.metadata?.name} @${entry.line}`,
      );
    }
  } catch (error) {
    seen.push(`! ${(error as Error).message}`);
  }
  return seen;
}

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
const advice = "; if you choose to ignore these errors, turn validation off with --validate=false";

describe("a manifest", () => {
  test.each<{ name: string; text: string; want: readonly string[] }>([
    {
      name: "of two documents",
      text: `${configMap("a")}---\n${configMap("b")}`,
      want: ["ConfigMap/a @1", "ConfigMap/b @5"],
    },
    { name: "with empty documents", text: `---\n# nothing\n---\n${configMap("a")}---\n`, want: ["ConfigMap/a @4"] },
    { name: "that is empty", text: "", want: [] },
    {
      name: "of JSON objects in a row",
      text: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}',
      want: ["Pod/a @1", "Pod/b @1"],
    },
    {
      name: "of JSON with a comma too many, which YAML allows",
      text: '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},}',
      want: ["Pod/a @1"],
    },
    { name: "of JSON that breaks off", text: '{"apiVersion": "v1"', want: ["! error parsing x.yaml: unexpected EOF"] },
    {
      name: "that is a List",
      text: `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n`,
      want: ["Pod/a @1", "Pod/b @1"],
    },
    {
      name: "without a kind, and what follows it",
      text: `${configMap("a")}---\napiVersion: v1\n---\n${configMap("b")}`,
      want: ["ConfigMap/a @1", `error validating "x.yaml": error validating data: kind not set${advice}`],
    },
    {
      name: "without kind and version",
      text: "a: 1\n",
      want: [`error validating "x.yaml": error validating data: [apiVersion not set, kind not set]${advice}`],
    },
    {
      name: "that is but words",
      text: "just some words\n",
      want: [`error validating "x.yaml": error validating data: invalid object to validate${advice}`],
    },
    {
      name: "with metadata of the wrong type, and what follows it",
      text: `apiVersion: v1\nkind: Pod\nmetadata: {name: 7}\n---\n${configMap("b")}`,
      want: [
        'unable to decode "x.yaml": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
        "ConfigMap/b @5",
      ],
    },
    {
      name: "whose second document is broken",
      text: `${configMap("a")}---\na:\n  b: 1\n c: 2\n`,
      want: [
        "ConfigMap/a @1",
        "! error parsing x.yaml: error converting YAML to JSON: yaml: line 2: did not find expected key",
      ],
    },
    {
      name: "with words behind a separator",
      text: `${configMap("a")}--- words\n`,
      want: ["! error parsing x.yaml: invalid Yaml document separator: words"],
    },
  ])("$name", ({ text, want }) => {
    expect(read(text)).toEqual(want);
  });

  test("without a kind cannot be decoded even when nobody validates", () => {
    expect(read("apiVersion: v1\n", { validate: false })).toEqual([
      `unable to decode "x.yaml": Object 'Kind' is missing in '{"apiVersion":"v1"}'`,
    ]);
  });
});
