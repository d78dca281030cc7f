import { textOfField, textOfType } from "../api/explain/texts.js";
import { apiVersionOf, type Resource } from "../api/resources.js";
import { type FieldSchema, isObjectType, schemaOf, typeOfKind } from "../api/schema/schemas.js";

/** What `explain` was asked. */
export interface ExplainRequest {
  readonly resource: Resource;
  readonly fieldPath: readonly string[];
  readonly recursive: boolean;
  /** 0 for any. */
  readonly maxDepth: number;
  /** The layout that kubectl had before 1.27. */
  readonly isOldLayout: boolean;
}

/** The page; where a field is not there, its beginning and the last part of the path. */
export interface Explanation {
  readonly text: string;
  readonly missingField?: string;
}

const lineWidth = 76;

/** How many values of an enumeration a list of fields names. */
const enumValuesMax = 4;

/**
 * The page about a type or one of its fields.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl
 */
export function explain(request: ExplainRequest): Explanation {
  const { resource, fieldPath } = request;
  const root = typeOfKind(apiVersionOf(resource), resource.kind) ?? resource.kind;
  const head = headOf(request);
  const found = follow(root, fieldPath);
  if (found === undefined) return { text: head, missingField: fieldPath.at(-1) ?? "" };
  const description = descriptionOf(found);
  const type = typeBehind(found.field) ?? (found.field === undefined ? found.owner : undefined);
  let text = head;
  if (found.field !== undefined) {
    text += `FIELD: ${found.name} <${typeText(found.field)}>\n${enumPage(found.field)}\n\n`;
  }
  text += `DESCRIPTION:\n${indent(wrap(description === "" ? "<empty>" : description, lineWidth), 4)}\n`;
  if (type !== undefined) {
    const fields = fieldLines(type, 1, request, new Set());
    if (fields !== "") text += `FIELDS:\n${fields}`;
  }
  return { text: `${text}\n` };
}

function headOf({ resource, isOldLayout }: ExplainRequest): string {
  const { group, kind, version } = resource;
  if (isOldLayout) return `KIND:     ${kind}\nVERSION:  ${apiVersionOf(resource)}\n\n`;
  return `${group === "" ? "" : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
}

/** A field with the type that has it; a type alone where no field was asked for. */
interface Place {
  readonly owner: string;
  readonly name: string;
  readonly field: FieldSchema | undefined;
}

function follow(root: string, path: readonly string[]): Place | undefined {
  let place: Place = { owner: root, name: "", field: undefined };
  for (const [at, name] of path.entries()) {
    const owner = at === 0 ? root : typeBehind(place.field);
    if (owner === undefined) return undefined;
    const { fields } = schemaOf(owner);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return undefined;
    place = { owner, name, field };
  }
  return place;
}

/** The type with fields that a field leads to, through lists and maps. */
function typeBehind(field: FieldSchema | undefined): string | undefined {
  if (field === undefined) return undefined;
  if (field.nested !== undefined) return typeBehind(field.nested);
  return isObjectType(field.type) ? field.type : undefined;
}

function descriptionOf({ owner, name, field }: Place): string {
  if (field === undefined) return paragraph(textOfType(owner));
  const type = typeBehind(field);
  return paragraph(textOfField(owner, name)) + (type === undefined ? "" : paragraph(textOfType(type)));
}

function paragraph(text: string | undefined): string {
  return text === undefined ? "" : `${text}\n`;
}

const scalarNames: Readonly<Record<string, string>> = {
  time: "string",
  microTime: "string",
  bytes: "string",
  quantity: "Quantity",
  intOrString: "IntOrString",
  any: "Object",
};

/** `string`, `[]EnvVar`, `map[string]Quantity` */
function typeText(field: FieldSchema): string {
  const { list = false, map = false, nested, type } = field;
  const inner = nested === undefined ? (scalarNames[type] ?? type) : typeText(nested);
  if (list) return `[]${inner}`;
  return map ? `map[string]${inner}` : inner;
}

function enumPage(field: FieldSchema): string {
  if (field.enum === undefined || field.list === true) return "";
  return `ENUM:${field.enum.map((value) => `\n    ${enumText(value)}`).join("")}`;
}

function enumText(value: string): string {
  return value === "" ? '""' : value;
}

function fieldLines(type: string, level: number, request: ExplainRequest, above: ReadonlySet<string>): string {
  if (above.has(type)) return "";
  const { fields, required = [] } = schemaOf(type);
  const seen = new Set(above).add(type);
  let text = "";
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field === undefined) continue;
    text += fieldLine({ owner: type, name, field, isRequired: required.includes(name) }, level, request.recursive);
    const inner = typeBehind(field);
    const goesOn = request.recursive && (request.maxDepth === 0 || level < request.maxDepth);
    if (goesOn && inner !== undefined) text += fieldLines(inner, level + 1, request, seen);
  }
  return text;
}

function fieldLine(
  {
    owner,
    name,
    field,
    isRequired,
  }: { readonly owner: string; readonly name: string; readonly field: FieldSchema; readonly isRequired: boolean },
  level: number,
  isShort: boolean,
): string {
  const margin = " ".repeat(level * 2);
  let text = `${margin}${name}\t<${typeText(field)}>${isRequired ? " -required-" : ""}`;
  if (field.enum !== undefined && field.list !== true) {
    const values = field.enum.slice(0, enumValuesMax).map(enumText).join(", ");
    text += `\n${margin}enum: ${values}${field.enum.length > enumValuesMax ? ", ...." : ""}`;
  }
  text += "\n";
  if (isShort) return text;
  const about = textOfField(owner, name) ?? "<no description>";
  return `${text}${indent(wrap(about, 78 - level * 2), level * 2 + 2)}\n\n`;
}

/** Breaks lines at spaces, none longer than the width unless one word is. */
function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): string {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].join("\n");
}

function indent(text: string, width: number): string {
  const margin = " ".repeat(width);
  return margin + text.replaceAll("\n", `\n${margin}`);
}
