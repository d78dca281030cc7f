import type { Pod } from "../api/generated/types.js";
import type { Resource } from "../api/resources.js";
import { throwCollected, UsageError } from "./errors.js";
import { readFileObjects } from "./manifest-files.js";
import { podsBehind } from "./pods-behind.js";
import { parseResourceArguments } from "./resource-arguments.js";
import type { VerbContext } from "./verb.js";

/** The Pod that `POD` or `TYPE/NAME` names, waiting up to `waitMs` until there is one. */
export async function findOnePod(
  written: string,
  context: VerbContext,
  { waitMs }: { readonly waitMs: number },
): Promise<Pod> {
  const parsed = parseResourceArguments(written.includes("/") ? [written] : ["pods", written]);
  const target = parsed.kind === "objects" ? parsed.objects[0] : undefined;
  if (target === undefined) throw new UsageError("pod or type/name must be specified", "examples");
  const namespace = target.resource.namespaced ? context.namespace : "";
  return firstPodOf({ ...target, namespace }, context, waitMs);
}

/** The same for the object that a file describes. */
export async function findPodOfFile(
  path: string,
  context: VerbContext,
  { waitMs }: { readonly waitMs: number },
): Promise<Pod> {
  const files = { filenames: [path], recursive: false, kustomize: "", validate: false };
  const { objects, errors } = await readFileObjects(files, context);
  throwCollected(errors);
  const [only] = objects;
  if (only === undefined || objects.length > 1) throw new UsageError(`${path} is to describe one object`);
  const { resource, namespace, object } = only;
  return firstPodOf({ resource, namespace, name: object.metadata.name ?? "" }, context, waitMs);
}

async function firstPodOf(
  { resource, namespace, name }: { readonly resource: Resource; readonly namespace: string; readonly name: string },
  context: VerbContext,
  waitMs: number,
): Promise<Pod> {
  const client = await context.client();
  const object = await client.get(resource, namespace, name);
  if (resource.name === "pods") return object as Pod;
  const [first] = await podsBehind({ object, resource, namespace }, client, { waitMs, order: "exec" });
  if (first === undefined) throw new UsageError("timed out waiting for the condition");
  return first;
}
