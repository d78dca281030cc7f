import type { EpochMs, KubeObject } from "../api/meta/object.js";
import { isReason, notFound } from "../api/meta/status.js";
import type { ApiClient } from "../client/api-client.js";
import { asError, ExitError, throwCollected, UsageError } from "./errors.js";
import { followObject } from "./follow.js";
import { objectName } from "./result-line.js";
import { loadResultPrinter, type ResultOutput } from "./result-output.js";
import { type Fetched, fetchPlan, type Plan, planSelection, type Selection } from "./selection.js";
import type { VerbContext } from "./verb.js";
import { endingOf, hopelessReason, type WaitCondition } from "./wait-conditions.js";
import { waitUntilGone } from "./wait-until-gone.js";

export interface WaitOptions {
  readonly conditions: readonly WaitCondition[];
  readonly selection: Selection;
  /** 0 looks once. */
  readonly timeoutMs: number;
  readonly result: ResultOutput;
}

/** How often `--for=create` looks. */
const createPollMs = 500;

/** Waits for every condition on every object; they share one timeout. Failures are told at the end. */
export async function runWait(options: WaitOptions, context: VerbContext): Promise<void> {
  const plan = await planSelection(options.selection, context);
  const client = await context.client();
  const untilMs = (await context.edge.now()) + options.timeoutMs;
  if (options.conditions.some(({ kind }) => kind === "create")) await waitUntilFound(plan, client, untilMs);
  const isForDelete = options.conditions.some(({ kind }) => kind === "delete");
  const print = await loadResultPrinter(options.result, context, { dryRun: "none" });
  const { items, errors: missing } = await fetchForWait(plan, client);
  const errors: Error[] = [];
  const failed: string[] = [];
  for (const found of items) {
    try {
      if (found instanceof Error) throw found;
      for (const condition of options.conditions) {
        const object = await waitForOne(found, condition, {
          client,
          untilMs,
          timeoutMs: options.timeoutMs,
          // Into a pipe goes what kubectl prints, when it prints it.
          givesUp: context.edge.isTerminal.err,
        });
        if (condition.kind === "state" && condition.tellsFailure === true) noteFailure(object, found, failed);
        print({ resource: found.resource, object, done: "condition met" });
      }
    } catch (error) {
      if (!isForDelete || !isReason(error, "NotFound")) errors.push(asError(error));
    }
  }
  throwCollected([...errors, ...missing]);
  if (items.length === 0 && !isForDelete) throw new UsageError("no matching resources found");
  if (failed.length > 0) throw new ExitError(failed.join("\n"), failedExitStatus);
}

/** The exit status of a wait for Jobs to finish of which one has failed. */
const failedExitStatus = 2;

function noteFailure(object: KubeObject, { resource, name }: Fetched, failed: string[]): void {
  const ending = endingOf(object);
  if (ending?.type === "Failed")
    failed.push(`${objectName(resource, name)} failed: ${ending.reason}: ${ending.message}`);
}

/** Objects and what could not be had, in the order they were named: their outcomes are told in it. */
async function fetchForWait(
  plan: Plan,
  client: ApiClient,
): Promise<{ readonly items: readonly (Fetched | Error)[]; readonly errors: readonly Error[] }> {
  if (plan.kind === "lists") return fetchPlan(plan, client);
  const items: (Fetched | Error)[] = [];
  for (const target of plan.targets) {
    try {
      items.push({ ...target, object: await client.get(target.resource, target.namespace, target.name) });
    } catch (error) {
      items.push(asError(error));
    }
  }
  return { items, errors: plan.errors };
}

async function waitUntilFound(plan: Plan, client: ApiClient, untilMs: EpochMs): Promise<void> {
  for (;;) {
    const { items, errors } = await fetchPlan(plan, client);
    const others = errors.filter((error) => !isReason(error, "NotFound"));
    throwCollected(others);
    if (errors.length === 0 && items.length > 0) return;
    const leftMs = untilMs - client.now();
    if (leftMs <= 0 || !(await client.pause(Math.min(createPollMs, leftMs)))) {
      throw new UsageError("timed out waiting for the condition");
    }
  }
}

interface Bounds {
  readonly client: ApiClient;
  readonly untilMs: EpochMs;
  readonly timeoutMs: number;
  /** Whether a wait ends early that can no longer come true. */
  readonly givesUp: boolean;
}

/** The object as it is when the condition holds. */
async function waitForOne(found: Fetched, condition: WaitCondition, bounds: Bounds): Promise<KubeObject> {
  const { resource, namespace, name, object } = found;
  const { client, untilMs, timeoutMs } = bounds;
  const place = `${resource.name}/${name}`;
  const timedOut = new UsageError(`timed out waiting for the condition on ${place}`);
  const notMet = new UsageError(`condition not met for ${place}`);
  switch (condition.kind) {
    case "create":
      return object;
    case "delete": {
      const isGone = await waitUntilGone({ resource, namespace, name, uid: undefined }, client, untilMs);
      if (!isGone) throw timeoutMs === 0 ? notMet : timedOut;
      return object;
    }
    case "state": {
      if (timeoutMs === 0) {
        const current = await client.get(resource, namespace, name);
        if (!condition.isMet(current)) throw notMet;
        return current;
      }
      const met = await waitForState(found, condition, bounds);
      if (met === null) throw timedOut;
      return met;
    }
  }
}

async function waitForState(
  { resource, namespace, name }: Fetched,
  condition: WaitCondition & { readonly kind: "state" },
  { client, untilMs, givesUp }: Bounds,
): Promise<KubeObject | null> {
  // The timeout is shared: once it has come, the objects that follow are not even looked at.
  if (client.now() >= untilMs) return null;
  const current = await client.get(resource, namespace, name);
  const { isMet } = condition;
  const checkHope = (object: KubeObject) => {
    const why = givesUp ? hopelessReason(object, condition) : undefined;
    if (why !== undefined)
      throw new UsageError(`the condition can no longer be met for ${resource.name}/${name}: ${why}`);
  };
  if (isMet(current)) return current;
  checkHope(current);
  for await (const { type, object } of followObject(client, resource, current, { untilMs })) {
    if (type === "DELETED") throw notFound({ group: resource.group, resource: resource.name }, name);
    if (type !== "ADDED" && type !== "MODIFIED") continue;
    if (isMet(object as KubeObject)) return object as KubeObject;
    checkHope(object as KubeObject);
  }
  return null;
}
