import { describe, expect, it } from "vitest";
import { customColumnsPrinter } from "../../src/printers/custom-columns.js";
import { goTemplatePrinter } from "../../src/printers/go-template/go-template-printer.js";
import { jsonPathPrinter } from "../../src/printers/jsonpath/jsonpath-printer.js";
import type { PrinterError } from "../../src/printers/printer-error.js";
import { sortByPath } from "../../src/printers/sort-by.js";

const orchard = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      kind: "Job",
      metadata: { name: "apple", labels: { "orchard.example.com/row": "7", ripe: "no" } },
      spec: { completions: 3, suspend: true, parts: [{ name: "core", ports: [1, 2] }, { name: "skin" }] },
    },
    {
      kind: "Job",
      metadata: { name: "plum" },
      spec: { completions: 30, parts: [{ name: "stone", ports: [3] }] },
    },
    { kind: "Job", metadata: { name: "pear", labels: { ripe: "yes" } }, spec: { completions: 4, ratio: 0.5 } },
  ],
};

function thrownBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

describe("jsonpath", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["text outside braces stays", "just text", "just text"],
    ["a field of all items", "{.items[*].metadata.name}", "apple plum pear"],
    ["a map is printed as JSON", "{.items[0].metadata.labels}", '{"orchard.example.com/row":"7","ripe":"no"}'],
    ["dots of a key are escaped", "{.items[0].metadata.labels.orchard\\.example\\.com/row}", "7"],
    ["a quoted key", "{.items[0].metadata.labels['ripe']}", "no"],
    ["a missing path prints nothing", "[{.items[0].nothing.at.all}]", "[]"],
    ["a negative index counts from the end", "{.items[-1].metadata.name}", "pear"],
    ["a slice", "{.items[0:2].metadata.name}", "apple plum"],
    ["a slice with a step", "{.items[::2].metadata.name}", "apple pear"],
    [
      "a union prints all of the first key, then all of the second",
      "{.items[*]['kind', 'metadata.name']}",
      "Job Job Job apple plum pear",
    ],
    ["a filter by text", '{.items[?(@.metadata.name=="plum")].spec.completions}', "30"],
    ["a filter by number", "{.items[?(@.spec.completions>3)].metadata.name}", "plum pear"],
    ["a filter by truth", "{.items[?(@.spec.suspend==true)].metadata.name}", "apple"],
    ["a filter by presence", "{.items[?(@.metadata.labels.ripe)].metadata.name}", "apple pear"],
    ["everything below that has a name", "{.items[0]..name}", "apple core skin"],
    ["a range", '{range .items[*]}{.metadata.name}={.spec.completions}{"\\n"}{end}', "apple=3\nplum=30\npear=4\n"],
    ["a range in a range", "{range .items[*]}{range .spec.parts[*]}<{.name}>{end};{end}!", "<core><skin>;<stone>;;!"],
    ["floating point numbers", "{.items[2].spec.ratio}", "0.5"],
    ["lists of lists", "{.items[*].spec.parts[*].ports}", "[1,2] [3]"],
  ];
  it.each(cases)("%s", (_, template, want) => {
    expect(jsonPathPrinter(template)(orchard)).toBe(want);
  });

  const broken: readonly (readonly [string, string, string])[] = [
    ["an open action", "{.items", "error parsing jsonpath {.items, unclosed action"],
    ["an open bracket", "{.items[*", "error parsing jsonpath {.items[*, unterminated array"],
    ["an open text", '{"a', 'error parsing jsonpath {"a, unterminated quoted string'],
    ["no such index", "{.items[x]}", "error parsing jsonpath {.items[x]}, invalid array index x"],
    ["an odd character", "{&}", "error parsing jsonpath {&}, unrecognized character in action: U+0026 '&'"],
    ["nothing", "", "template format specified but no template given"],
  ];
  it.each(broken)("refuses %s", (_, template, want) => {
    expect(thrownBy(() => jsonPathPrinter(template))).toBe(want);
  });

  it("says which index is out of range, and shows the object", () => {
    const message = thrownBy(() => jsonPathPrinter("{.list[2]}")({ list: ["a"] }));
    expect(message.split("\n")[0]).toBe(
      'error executing jsonpath "{.list[2]}": Error executing template: array index out of bounds: index 2, length 1. Printing more information for debugging the template:',
    );
    expect(message).toContain('\t\tmap[string]interface {}{"list":[]interface {}{"a"}}\n');
  });

  it("misses a key only when it must", () => {
    const message = thrownBy(() => jsonPathPrinter("{.x}", { allowMissingKeys: false })({}));
    expect(message).toContain("x is not found");
  });

  it("prints what each part finds as JSON", () => {
    expect(jsonPathPrinter("{.items[1:].metadata.name}", { asJson: true })(orchard)).toBe(
      '[\n    "plum",\n    "pear"\n]\n',
    );
  });
});

describe("Go templates", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a field", "{{.kind}}", "List"],
    ["a missing field", "{{.nothing}}", "<no value>"],
    [
      "a range with else",
      "{{range .items}}{{.metadata.name}} {{end}}{{range .none}}x{{else}}empty{{end}}",
      "apple plum pear empty",
    ],
    [
      "index and item variables",
      "{{range $i, $o := .items}}{{if $i}},{{end}}{{$i}}{{$o.metadata.name}}{{end}}",
      "0apple,1plum,2pear",
    ],
    [
      "maps in the order of their keys",
      "{{range $k, $v := (index .items 0).metadata.labels}}{{$k}}={{$v}};{{end}}",
      "orchard.example.com/row=7;ripe=no;",
    ],
    ["maps as Go prints them", "{{(index .items 0).metadata.labels}}", "map[orchard.example.com/row:7 ripe:no]"],
    [
      "conditions",
      '{{range .items}}{{if and .spec.suspend (eq .kind "Job")}}{{.metadata.name}}{{else if gt .spec.completions 10}}many{{else}}-{{end}} {{end}}',
      "apple many - ",
    ],
    ["with, and the root inside it", "{{with .items}}{{len .}}{{$.kind}}{{end}}", "3List"],
    ["pipelines and printf", '{{.kind | printf "%-6s|%q" "a"}}', 'a     |"List"'],
    ["numbers in printf", '{{printf "%03d %d%% %v" 7 50 1.5}}', "007 50% 1.5"],
    ["trimmed white space", "a  {{- /* nothing */ -}}  b {{ 1 -}} c", "ab 1c"],
    ["assignment", "{{$n := 0}}{{range .items}}{{$n = .spec.completions}}{{end}}{{$n}}", "4"],
    [
      "break and continue",
      '{{range .items}}{{if eq .metadata.name "plum"}}{{continue}}{{end}}{{.metadata.name}}{{break}}{{end}}',
      "apple",
    ],
    ["definitions", '{{define "n"}}<{{.}}>{{end}}{{template "n" .kind}}', "<List>"],
    ["base64", '{{"bGVhZg==" | base64decode}}', "leaf"],
    ["exists", '{{exists .items 0 "metadata" "name"}} {{exists . "nope"}}', "true false"],
    ["or gives the first that is true", '{{or .nope .kind "z"}}', "List"],
    ["eq with several", '{{eq .kind "Job" "List"}}', "true"],
    ["slices", '{{slice "abcdef" 1 3}}', "bc"],
    ["printf takes values by their place", '{{printf "%[2]d %[1]d %U" 1 2 65}}', "2 1 U+0002"],
    ["print puts spaces between numbers", '{{print 1 2 "x" 3}}', "1 2x3"],
  ];
  it.each(cases)("%s", (_, template, want) => {
    expect(goTemplatePrinter(template)(orchard)).toBe(want);
  });

  const broken: readonly (readonly [string, string])[] = [
    ["{{.items", "template: output:1: unclosed action"],
    ["{{range .items}}", "template: output:1: unexpected EOF"],
    ["a\n{{nope 1}}", 'template: output:2: function "nope" not defined'],
    ["{{$x}}", 'template: output:1: undefined variable "$x"'],
    ["{{if}}{{end}}", "template: output:1: missing value for if"],
    ["{{end}}", "template: output:1: unexpected {{end}}"],
    ["{{.kind}", "template: output:1: bad character U+007D '}'"],
  ];
  it.each(broken)("refuses %j", (template, want) => {
    expect(thrownBy(() => goTemplatePrinter(template))).toBe(`error parsing template ${template}, ${want}`);
  });

  const failing: readonly (readonly [string, string])[] = [
    [
      "{{range .items}}{{.spec.completions.min}}{{end}}",
      'template: output:1:23: executing "output" at <.spec.completions.min>: can\'t evaluate field min in type interface {}',
    ],
    [
      "{{len .none}}",
      'template: output:1:2: executing "output" at <len .none>: error calling len: reflect: call of reflect.Value.Type on zero Value',
    ],
    ["{{.kind 1}}", 'template: output:1:2: executing "output" at <.kind>: kind is not a method but has arguments'],
    [
      "{{call .kind}}",
      'template: output:1:2: executing "output" at <call .kind>: error calling call: non-function .kind of type string',
    ],
    ["{{len 3}}", 'template: output:1:2: executing "output" at <len 3>: error calling len: len of type int64'],
    [
      "{{index .items 9}}",
      'template: output:1:2: executing "output" at <index .items 9>: error calling index: index out of range: 9',
    ],
  ];
  it.each(failing)("fails in %j", (template, want) => {
    expect(thrownBy(() => goTemplatePrinter(template)(orchard))).toBe(
      `error executing template "${template}": ${want}`,
    );
  });
});

describe("custom columns", () => {
  it("fills what is missing, and prints lists and maps", () => {
    const print = customColumnsPrinter(
      "NAME:.metadata.name,RIPE:{.metadata.labels.ripe},PARTS:spec.parts[*].name,L:.metadata.labels",
    );
    expect(print(orchard)).toBe(
      [
        "NAME    RIPE     PARTS       L",
        "apple   no       core,skin   map[orchard.example.com/row:7 ripe:no]",
        "plum    <none>   stone       <none>",
        "pear    yes      <none>      map[ripe:yes]",
        "",
      ].join("\n"),
    );
  });

  it("prints the header once, and keeps the widths", () => {
    const print = customColumnsPrinter("N:.metadata.name,C:.spec.completions");
    expect(print(orchard.items[0])).toBe("N       C\napple   3\n");
    expect(print(orchard.items[1])).toBe("plum    30\n");
  });

  it("reads a file of headers and paths", () => {
    const print = customColumnsPrinter("NAME   COUNT\nmetadata.name  {.spec.completions}\n", { isTemplate: true });
    expect(print(orchard.items[2])).toBe("NAME   COUNT\npear   4\n");
  });

  it.each([
    ["", "custom-columns format specified but no custom columns given"],
    ["NAME", "unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>"],
    [
      "N:{.a",
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    ],
  ])("refuses %j", (spec, want) => {
    expect(thrownBy(() => customColumnsPrinter(spec))).toBe(want);
  });
});

describe("custom columns of an item that does not fit", () => {
  it("print what comes before it", () => {
    const print = customColumnsPrinter("NAME:.metadata.name,PART:.spec.parts[1].name");
    let output = "";
    try {
      print(orchard);
    } catch (error) {
      output = (error as PrinterError).output;
    }
    expect(output).toBe("NAME    PART\napple   skin\n");
  });
});

describe("sorting by a path", () => {
  const names = (path: string) =>
    sortByPath(orchard.items, path, (item) => item)?.map(({ metadata }) => metadata.name) ?? null;

  it.each([
    ["numbers by value", ".spec.completions", ["apple", "pear", "plum"]],
    ["texts byte by byte", "metadata.name", ["apple", "pear", "plum"]],
    ["items without the field first", "{.metadata.labels.ripe}", ["plum", "apple", "pear"]],
    ["nothing where no item has it", ".spec.nope", null],
  ])("%s", (_, path, want) => {
    expect(names(path)).toEqual(want);
  });
});
