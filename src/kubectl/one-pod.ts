import type { Pod } from "../api/generated/types.js";
import { UsageError } from "./errors.js";
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
  const client = await context.client();
  const namespace = target.resource.namespaced ? context.namespace : "";
  const object = await client.get(target.resource, namespace, target.name);
  if (target.resource.name === "pods") return object as Pod;
  const [first] = await podsBehind({ object, resource: target.resource, namespace }, client, { waitMs, order: "exec" });
  if (first === undefined) throw new UsageError("timed out waiting for the condition");
  return first;
}
