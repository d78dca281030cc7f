import type { KubeObject } from "../api/meta/object.js";
import { apiVersionOf, type Resource, resourceOfKind, servedResources } from "../api/resources.js";
import { isEnabled } from "../api/versions/feature-gates.js";
import type { FieldValidation } from "../client/api-client.js";
import { expandInputs, type ManifestInput, readInput } from "../manifest/input.js";
import { type ManifestObject, type ReadOptions, unknownKindMessage } from "../manifest/objects.js";
import { asError, SeveralErrors, UsageError } from "./errors.js";
import { matchesLabels } from "./match-labels.js";
import type { VerbContext } from "./verb.js";

/** `-f`, `-R`, `-k`, and whether apiVersion and kind are looked at before anything else. */
export interface FileArguments {
  readonly filenames: readonly string[];
  readonly recursive: boolean;
  readonly kustomize: string;
  readonly validate: boolean;
  /** The files alone count: no namespace is filled in. */
  readonly isLocal?: boolean;
  /** Whether fields are checked strictly: by kubectl where the server does not. */
  readonly isStrict?: boolean;
}

/** What `-f`, `-R` and `-k` say. Objects are looked at before anything is sent only where `validation` is given. */
export function fileArguments(
  flags: { readonly filename: readonly string[]; readonly recursive: boolean; readonly kustomize: string },
  validation: FieldValidation = "Ignore",
): FileArguments {
  const { filename: filenames, recursive, kustomize } = flags;
  const validate = validation !== "Ignore";
  return { filenames, recursive, kustomize, validate, isStrict: validation === "Strict" };
}

/** An object of a file, with its place in the cluster; its namespace is filled in. */
export interface FileObject {
  readonly resource: Resource;
  /** "" for objects without a namespace. */
  readonly namespace: string;
  readonly object: KubeObject;
  readonly source: string;
}

export interface FileObjects {
  readonly objects: readonly FileObject[];
  /** What is wrong with some of the files or their documents. */
  readonly errors: readonly Error[];
  /** One file that is no folder was named. */
  readonly isSingle: boolean;
}

export function hasFiles({ filenames, kustomize }: FileArguments): boolean {
  return filenames.length > 0 || kustomize !== "";
}

/** Throws a UsageError where neither `-f` nor `-k` names a file, or both do. */
export function requireFiles(files: FileArguments): void {
  if (!hasFiles(files)) throw new UsageError("must specify one of -f and -k");
  requireOneSource(files);
}

/** Throws a UsageError where both `-f` and `-k` name files. */
export function requireOneSource({ filenames, kustomize }: FileArguments): void {
  if (filenames.length > 0 && kustomize !== "") throw new UsageError("only one of -f or -k can be specified");
}

/**
 * The objects of the files, in order. A file that is not there stops everything; what is wrong inside one is told beside
 * the objects that are right.
 */
export async function readFileObjects(
  files: FileArguments,
  context: VerbContext,
  { labelSelector = "" }: { readonly labelSelector?: string } = {},
): Promise<FileObjects> {
  if (files.kustomize !== "") return readKustomization(files.kustomize, context, labelSelector);
  const inputs = expandFiles(files, context);
  const objects: FileObject[] = [];
  const errors: Error[] = [];
  const options = await readOptions(files, context);
  const place = (object: ManifestObject, source: string) =>
    placeObject(object, source, files.isLocal === true ? localContext : context);
  for (const input of inputs) readInto({ objects, errors }, input, options, { context, place });
  return {
    objects: labelSelector === "" ? objects : objects.filter(({ object }) => matchesLabels(object, labelSelector)),
    errors,
    isSingle: files.filenames.length === 1 && files.filenames[0] !== "-" && inputs[0]?.path === files.filenames[0],
  };
}

/** The files that `-f` stands for. Throws where one of them is not there. */
export function expandFiles(files: FileArguments, { edge }: VerbContext): readonly ManifestInput[] {
  const { inputs, errors } = expandInputs(files.filenames, edge.files, files);
  const [first] = errors;
  if (first !== undefined) throw errors.length === 1 ? first : new SeveralErrors(errors);
  return inputs;
}

async function readOptions({ validate, isStrict }: FileArguments, { edge }: VerbContext): Promise<ReadOptions> {
  if (isStrict !== true) return { validate };
  const version = await edge.version();
  if (isEnabled("ServerSideFieldValidation", version)) return { validate };
  const { schemaFaults } = await import("../manifest/schema-faults.js");
  return { validate, faultsOf: (document) => schemaFaults(document, version) };
}

async function readKustomization(path: string, context: VerbContext, labelSelector: string): Promise<FileObjects> {
  const { edge } = context;
  const { buildKustomization } = await import("./kustomize/build.js");
  const built = await buildKustomization(path, {
    files: edge.files,
    workingFolder: edge.env("PWD") ?? "/",
    onWarning: (text) => edge.err(`${text}\n`),
  });
  const objects = built.map((object) => placeObject(object as unknown as ManifestObject, path, context));
  return {
    objects: labelSelector === "" ? objects : objects.filter(({ object }) => matchesLabels(object, labelSelector)),
    errors: [],
    isSingle: false,
  };
}

function readInto(
  into: { readonly objects: FileObject[]; readonly errors: Error[] },
  input: ManifestInput,
  options: ReadOptions,
  {
    context,
    place,
  }: { readonly context: VerbContext; readonly place: (object: ManifestObject, source: string) => FileObject },
): void {
  try {
    for (const entry of readInput(input, context.edge.files, options)) {
      if ("error" in entry) {
        into.errors.push(entry.error);
        continue;
      }
      try {
        into.objects.push(place(entry.object, entry.source));
      } catch (error) {
        into.errors.push(asError(error));
      }
    }
  } catch (error) {
    into.errors.push(asError(error));
  }
}

/** Where an object is to be; "" as the namespace for none. */
type PlaceContext = Pick<VerbContext, "namespace" | "isNamespaceExplicit">;

const localContext: PlaceContext = { namespace: "", isNamespaceExplicit: false };

/** Finds an object's resource and namespace. Throws an Error in kubectl's words. */
function placeObject(manifest: ManifestObject, source: string, context: PlaceContext): FileObject {
  const resource = resourceOfManifest(manifest);
  if (resource === undefined) throw new Error(unknownKindMessage(manifest, source));
  // What a manifest's metadata has to be for this was checked when it was read.
  const object = manifest as ManifestObject & KubeObject;
  const metadata = object.metadata ?? {};
  if (!resource.namespaced) return { resource, namespace: "", object: { ...object, metadata }, source };
  const own = metadata.namespace ?? "";
  if (context.isNamespaceExplicit && own !== "" && own !== context.namespace) {
    throw new Error(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(context.namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const namespace = own === "" ? context.namespace : own;
  const placed = namespace === "" ? metadata : { ...metadata, namespace };
  return { resource, namespace, object: { ...object, metadata: placed }, source };
}

/** A kind in lower case is found too, and then refused by the server, as upstream's discovery has it. */
function resourceOfManifest({ apiVersion, kind }: ManifestObject): Resource | undefined {
  const exact = resourceOfKind(apiVersion, kind);
  if (exact !== undefined) return exact;
  return servedResources.find((each) => {
    return each.kind.toLowerCase() === kind && apiVersionOf(each) === apiVersion;
  });
}
