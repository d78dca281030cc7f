import type { KubeObject } from "../api/meta/object.js";
import { isReason } from "../api/meta/status.js";
import { apiVersionOf, type Resource } from "../api/resources.js";
import { typeOfKind } from "../api/schema/schemas.js";
import type { ApiClient } from "../client/api-client.js";
import type { JsonObject } from "../registry/patch/json-value.js";
import { goJsonText, lastAppliedOf, withLastApplied } from "../registry/patch/last-applied.js";
import { strategicThreeWayDiff } from "../registry/patch/strategic-diff.js";
import { strategicMerge } from "../registry/patch/strategic-merge.js";
import { writeOptions } from "./common-flags.js";
import { asError } from "./errors.js";
import { goResourceText } from "./find-resource.js";
import type { FileObject } from "./manifest-files.js";
import type { WriteResult } from "./result-output.js";
import { addSource } from "./selection.js";
import type { VerbContext } from "./verb.js";
import type { ApplyOptions } from "./verbs/apply.js";
import { getOrNull, waitUntilGone } from "./wait-until-gone.js";

/** How often a patch is made again when someone else was faster. */
const conflictRetriesMax = 5;

/**
 * Applies one object with a three-way merge: what the file says, what it said when it was applied last, what the server
 * has. @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, applyOneObject
 */
export async function applyOnClient(
  item: FileObject,
  options: ApplyOptions,
  context: VerbContext,
): Promise<WriteResult> {
  const { resource, namespace, source } = item;
  // An object of a manifest is JSON.
  const modified = withLastApplied(item.object as unknown as JsonObject);
  const client = await context.client();
  const current = await getCurrent(item, client);
  if (current === null) {
    const created = modified as unknown as KubeObject;
    if (options.dryRun === "client") return { resource, object: created, done: "created" };
    try {
      const object = await client.create(resource, namespace, created, writeOptions(options));
      return { resource, object, done: "created" };
    } catch (error) {
      throw addSource(asError(error), "creating", source);
    }
  }
  warnOfMissingAnnotation(current, resource, context);
  if (options.dryRun === "client") return patchLocally({ item, modified, current });
  return patchCurrent({ item, modified, current }, options, client);
}

async function getCurrent({ resource, namespace, object, source }: FileObject, client: ApiClient) {
  try {
    const { name = "" } = object.metadata;
    if (name === "") throw new Error("resource name may not be empty");
    return await getOrNull(resource, namespace, name, client);
  } catch (error) {
    const what = `${describePlace(resource, object, namespace)}\nfrom server for:`;
    throw addSource(asError(error), `retrieving current configuration of:\n${what}`, source);
  }
}

/** `Resource: "batch/v1, Resource=jobs", GroupVersionKind: …`: how upstream prints an object's place. */
function describePlace(resource: Resource, { metadata }: KubeObject, namespace: string): string {
  const kind = `${resource.group}/${resource.version}, Kind=${resource.kind}`;
  return `Resource: ${JSON.stringify(goResourceText(resource))}, GroupVersionKind: ${JSON.stringify(kind)}
Name: ${JSON.stringify(metadata.name ?? "")}, Namespace: ${JSON.stringify(namespace)}`;
}

function warnOfMissingAnnotation(current: KubeObject, resource: Resource, { edge }: VerbContext): void {
  if (lastAppliedOf(current as unknown as JsonObject) !== undefined) return;
  edge.err(
    `Warning: resource ${resource.name}/${current.metadata.name ?? ""} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
  );
}

/** An object of a file, as it is to be sent, and what the server has of it. */
interface Start {
  readonly item: FileObject;
  readonly modified: JsonObject;
  readonly current: KubeObject;
}

function patchLocally({ item, modified, current }: Start): WriteResult {
  const { resource } = item;
  const patch = threeWayPatch(resource, modified, current);
  if (goJsonText(patch) === "{}") return { resource, object: current, done: "unchanged" };
  const object = strategicMerge(current as unknown as JsonObject, patch, typeNameOf(resource));
  return { resource, object: object as unknown as KubeObject, done: "configured" };
}

async function patchCurrent(start: Start, options: ApplyOptions, client: ApiClient): Promise<WriteResult> {
  const { item, modified } = start;
  const { resource, namespace, source } = item;
  const name = item.object.metadata.name ?? "";
  let current = start.current;
  for (let attempt = 0; ; attempt += 1) {
    const difference = threeWayPatch(resource, modified, current);
    if (!options.overwrite) await refuseOverwriting({ item, modified, current }, difference);
    const patch = goJsonText(difference);
    if (patch === "{}") return { resource, object: current, done: "unchanged" };
    try {
      const object = await client.patch(
        resource,
        namespace,
        name,
        { type: "strategic", body: patch },
        writeOptions(options),
      );
      return { resource, object, done: "configured" };
    } catch (error) {
      if (attempt < conflictRetriesMax && isReason(error, "Conflict")) {
        current = await client.get(resource, namespace, name);
        continue;
      }
      if (options.force && (isReason(error, "Conflict") || isReason(error, "Invalid"))) {
        const object = await deleteAndCreate({ ...start, current }, options, client);
        return { resource, object, done: "configured" };
      }
      const what = `${describePlace(resource, item.object, namespace)}\nfor:`;
      const failure = addSource(asError(error), "patching", source);
      throw addSource(failure, `applying patch:\n${patch}\nto:\n${what}`, source);
    }
  }
}

/** What cannot be changed in place makes way; where its successor is refused it comes back. */
async function deleteAndCreate(
  { item, modified, current }: Start,
  options: ApplyOptions,
  client: ApiClient,
): Promise<KubeObject> {
  const { resource, namespace } = item;
  const { name = "", uid } = current.metadata;
  await client.delete(resource, namespace, name, {
    propagationPolicy: options.propagationPolicy,
    ...(options.gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
  });
  const untilMs = options.timeoutMs === 0 ? Number.POSITIVE_INFINITY : client.now() + options.timeoutMs;
  const isGone = await waitUntilGone({ resource, namespace, name, uid }, client, untilMs);
  if (!isGone) throw new Error("timed out waiting for the condition");
  try {
    return await client.create(resource, namespace, modified as unknown as KubeObject, writeOptions(options));
  } catch (error) {
    const { resourceVersion: _version, uid: _uid, ...metadata } = current.metadata;
    await client.create(resource, namespace, { ...current, metadata }, writeOptions(options));
    throw error;
  }
}

/** What was changed on the server since the last apply is not changed back. */
async function refuseOverwriting({ item, modified, current }: Start, patch: JsonObject): Promise<void> {
  const { conflictingChanges } = await import("../registry/patch/strategic-conflict.js");
  const live = current as unknown as JsonObject;
  const original = originalOf(live);
  const changes = conflictingChanges(patch, { original, current: live }, typeNameOf(item.resource));
  if (changes === null) return;
  const { printYaml } = await import("../printers/yaml.js");
  const why = `patch:\n${printYaml(patch)}\nconflicts with changes made from original to current:\n${printYaml(changes)}\n`;
  const objects = [original, modified, live].map(goJsonText);
  const error = new Error(
    `creating patch with:\noriginal:\n${objects[0]}\nmodified:\n${objects[1]}\ncurrent:\n${objects[2]}\nfor: ${why}`,
  );
  const what = `${describePlace(item.resource, item.object, item.namespace)}\nfor:`;
  throw addSource(addSource(error, "patching", item.source), `applying patch:\n\nto:\n${what}`, item.source);
}

function originalOf(live: JsonObject): JsonObject {
  const text = lastAppliedOf(live);
  return text === undefined || text === "" ? {} : (JSON.parse(text) as JsonObject);
}

function threeWayPatch(resource: Resource, modified: JsonObject, current: KubeObject): JsonObject {
  const live = current as unknown as JsonObject;
  return strategicThreeWayDiff({ original: originalOf(live), modified, current: live }, typeNameOf(resource));
}

function typeNameOf(resource: Resource): string {
  const typeName = typeOfKind(apiVersionOf(resource), resource.kind);
  if (typeName === undefined) throw new Error(`no schema for ${resource.kind}`);
  return typeName;
}
