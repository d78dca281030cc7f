import { metadataError } from "../api/schema/metadata-check.js";
import { type ManifestDocument, manifestDocuments } from "./documents.js";

/** An object as a manifest has it: a JSON object with apiVersion and kind, nothing defaulted, nothing dropped. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** One object of an input, or the reason why one of them is none. */
export type ManifestEntry =
  | { readonly object: ManifestObject; readonly source: string; readonly line: number }
  | { readonly error: ManifestError };

/** A document that is no object of the API; `message` is kubectl's, without the `error: ` in front. */
class ManifestError extends Error {
  /** The line of the input where the document begins. */
  readonly line: number | undefined;
  /** Nothing after it in its input is looked at. */
  readonly isFatal: boolean;

  constructor(message: string, { line, isFatal }: { line?: number; isFatal: boolean }) {
    super(message);
    this.name = "ManifestError";
    this.line = line;
    this.isFatal = isFatal;
  }
}

/** How kubectl looks at a manifest before it sends it: `--validate=false` leaves the look at apiVersion and kind out. */
export interface ReadOptions {
  readonly validate: boolean;
  /** What is wrong with the shape of a document, where kubectl has to find that out itself. */
  readonly faultsOf?: (document: unknown) => readonly string[];
}

/**
 * The objects of a text, one at a time and in order; Lists are opened. A document that cannot be decoded is reported and
 * the next one is read; one without apiVersion or kind, or one that cannot be parsed, ends its input.
 * @throws ManifestSyntaxError from the document on that cannot be parsed
 * @see k8s.io/cli-runtime/pkg/resource/visitor.go, StreamVisitor
 */
export function* manifestObjects(
  text: string,
  source: string,
  { validate, faultsOf = () => [] }: ReadOptions,
): Generator<ManifestEntry, void, undefined> {
  for (const document of manifestDocuments(text, source)) {
    const kindsFaults = kindFaults(document.value);
    const faults = kindsFaults.length > 0 ? kindsFaults : faultsOf(document.value);
    if (faults.length > 0 && validate) {
      yield { error: new ManifestError(validationMessage(source, faults), { line: document.line, isFatal: true }) };
      return;
    }
    yield* documentObjects(document, source);
  }
}

/** The words that follow a fault found before anything is sent. */
const stopValidating = "if you choose to ignore these errors, turn validation off with --validate=false";

function validationMessage(source: string, faults: readonly string[]): string {
  const all = faults.length === 1 ? faults[0] : `[${faults.join(", ")}]`;
  return `error validating ${JSON.stringify(source)}: error validating data: ${all}; ${stopValidating}`;
}

/**
 * What is wrong with a value's apiVersion and kind: `kind not set`.
 * @see k8s.io/kubectl/pkg/validation/validation.go, getObjectKind
 */
function kindFaults(value: unknown): string[] {
  if (!isRecord(value)) return ["invalid object to validate"];
  const faults: string[] = [];
  const { apiVersion, kind } = value;
  if (apiVersion === undefined || apiVersion === null) faults.push("apiVersion not set");
  else if (typeof apiVersion !== "string") faults.push("apiVersion isn't string type");
  else if (apiVersion.split("/").length > 2) faults.push(`unexpected GroupVersion string: ${apiVersion}`);
  if (kind === undefined || kind === null) faults.push("kind not set");
  else if (typeof kind !== "string") faults.push("kind isn't string type");
  return faults;
}

function* documentObjects({ value, line }: ManifestDocument, source: string): Generator<ManifestEntry> {
  const fault = decodeFault(value);
  if (fault !== undefined) {
    const message = `unable to decode ${JSON.stringify(source)}: ${fault}`;
    yield { error: new ManifestError(message, { line, isFatal: false }) };
    return;
  }
  // decodeFault has seen that it is an object with a kind.
  const object = value as ManifestObject;
  if (!Array.isArray(object.items)) {
    yield { object, source, line };
    return;
  }
  yield* listObjects(withKindOfList(object, object.items), { source, line });
}

/** The items of a `JobList` are Jobs, also where they do not say so; those of a `List` have to. */
function withKindOfList({ apiVersion, kind }: ManifestObject, items: readonly unknown[]): readonly unknown[] {
  const itemKind = kind.replace(/List$/, "");
  if (itemKind === "" || itemKind === kind) return items;
  return items.map((item) => {
    if (!isRecord(item) || item.kind !== undefined || item.apiVersion !== undefined) return item;
    return { apiVersion, kind: itemKind, ...item };
  });
}

/** The objects of a list, those of lists in it after them. */
function* listObjects(
  items: readonly unknown[],
  at: { readonly source: string; readonly line: number },
): Generator<ManifestEntry> {
  const faults = items.flatMap((item) => decodeFault(item) ?? []);
  if (faults.length > 0) {
    const message = faults.length === 1 ? (faults[0] ?? "") : `[${faults.join(", ")}]`;
    yield { error: new ManifestError(message, { line: at.line, isFatal: false }) };
    return;
  }
  const inner: ManifestObject[] = [];
  // decodeFault has seen that they are objects with a kind.
  for (const item of items as readonly ManifestObject[]) {
    if (Array.isArray(item.items)) inner.push(item);
    else yield { object: item, ...at };
  }
  for (const list of inner) yield* listObjects(list.items as readonly unknown[], at);
}

/** Why kubectl cannot take a value for an object: no kind, or metadata of wrong types. */
function decodeFault(value: unknown): string | undefined {
  if (!isRecord(value)) {
    const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
    return `json: cannot unmarshal ${kind} into Go value of type unstructured.detector`;
  }
  if (typeof value.kind !== "string" || value.kind === "")
    return `Object 'Kind' is missing in '${JSON.stringify(value)}'`;
  return metadataError(value);
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The words for a kind that the cluster does not have. */
export function unknownKindMessage(object: ManifestObject, source: string): string {
  const { name = "", namespace = "" } = (object.metadata ?? {}) as { name?: string; namespace?: string };
  const where = `name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}`;
  const what = `no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`;
  return `resource mapping not found for ${where}: ${what}\nensure CRDs are installed first`;
}
