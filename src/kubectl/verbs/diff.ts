import type { EpochMs, KubeObject } from "../../api/meta/object.js";
import { isReason } from "../../api/meta/status.js";
import { unifiedDiff } from "../../api/meta/unified-diff.js";
import { apiVersionOf, type Resource } from "../../api/resources.js";
import { typeOfKind } from "../../api/schema/schemas.js";
import type { ApiClient } from "../../client/api-client.js";
import type { JsonObject } from "../../registry/patch/json-value.js";
import { findPruned, parseAllowlist } from "../apply-prune.js";
import { fileFlags, selectorFlag } from "../common-flags.js";
import { ExitError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, integerFlag, repeatedFlag, textFlag } from "../flags.js";
import { type FileArguments, type FileObject, readFileObjects, requireFiles } from "../manifest-files.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { getOrNull } from "../wait-until-gone.js";

interface DiffOptions {
  readonly files: FileArguments;
  readonly labelSelector: string;
  readonly isServerSide: boolean;
  readonly forceConflicts: boolean;
  readonly fieldManager: string;
  readonly showManagedFields: boolean;
  readonly showSecrets: boolean;
  readonly prunes: boolean;
  /** The resources of `--prune-allowlist`; empty for the usual ones. */
  readonly pruned: readonly Resource[];
  /** `KUBECTL_EXTERNAL_DIFF`; "" for none. */
  readonly program: string;
}

/** The object that there is, and the one that applying would make; null where there is none. */
interface Versions {
  readonly live: KubeObject | null;
  readonly merged: KubeObject | null;
}

export const diffVerb = defineVerb({
  name: "diff",
  usage: "-f FILENAME",
  about:
    "Show what applying a file would change. The exit status is 0 without differences, 1 with some, and higher where something went wrong.",
  examples: `# What would applying a file change?
kubectl diff -f pi.yaml

# The same for what is piped in
cat pi.yaml | kubectl diff -f -`,
  flags: {
    ...fileFlags,
    concurrency: integerFlag("Objects are looked at one by one", { default: 1, isHidden: true }),
    fieldManager: textFlag("Name of the manager used to track field ownership", {
      default: "kubectl-client-side-apply",
    }),
    forceConflicts: boolFlag("If true, server-side apply will force the changes against conflicts"),
    prune: boolFlag("If true, show what apply --prune would delete; with a selector that says among what"),
    pruneAllowlist: repeatedFlag("Delete these kinds alone, written as group/version/kind, instead of the usual ones"),
    selector: selectorFlag,
    serverSide: boolFlag("If true, apply runs in the server instead of the client"),
    showManagedFields: boolFlag("If true, show the managedFields as well"),
    showSecrets: boolFlag("If true, show the values of Secrets"),
  },
  complete: ({ flags, given, args }, { edge }): DiffOptions => {
    if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "examples");
    const files = { filenames: flags.filename, recursive: flags.recursive, kustomize: flags.kustomize, validate: true };
    requireFiles(files);
    if (flags.forceConflicts && !flags.serverSide) {
      throw new UsageError("--force-conflicts only works with --server-side");
    }
    return {
      files,
      labelSelector: flags.selector,
      isServerSide: flags.serverSide,
      forceConflicts: flags.forceConflicts,
      fieldManager: flags.serverSide && !given.has("fieldManager") ? "kubectl" : flags.fieldManager,
      showManagedFields: flags.showManagedFields,
      showSecrets: flags.showSecrets,
      prunes: flags.prune,
      pruned: flags.prune ? parseAllowlist(flags.pruneAllowlist) : [],
      program: edge.env("KUBECTL_EXTERNAL_DIFF") ?? "",
    };
  },
  run,
});

async function run(options: DiffOptions, context: VerbContext): Promise<void> {
  const { objects, errors } = await readFileObjects(options.files, context, options);
  throwCollected(errors);
  const { printYaml } = await import("../../printers/yaml.js");
  const client = await context.client();
  const parts: Part[] = [];
  const textOf = (object: KubeObject | null) => (object === null ? "" : printYaml(object));
  const show = (item: Pick<FileObject, "resource" | "namespace" | "object">, versions: Versions) => {
    const { live, merged } = shownVersions(versions, options);
    parts.push({ name: fileName(item), before: textOf(live), after: textOf(merged) });
  };
  const applied: { readonly resource: Resource; readonly object: KubeObject }[] = [];
  for (const item of objects) {
    const versions = await versionsOf(item, options, client);
    applied.push({ resource: item.resource, object: versions.live ?? item.object });
    show(item, versions);
  }
  if (options.prunes) {
    const scope = { applied, labelSelector: options.labelSelector, kinds: options.pruned };
    for await (const item of findPruned(scope, context)) show(item, { live: item.object, merged: null });
  }
  await tell(
    parts.filter(({ before, after }) => before !== after).toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    parts,
    options,
    context,
  );
}

/** One object as two texts; "" where there is none. */
interface Part {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Prints the differences, or has a program of the person's print them; ends with its exit status. */
async function tell(
  parts: readonly Part[],
  all: readonly Part[],
  { program }: DiffOptions,
  context: VerbContext,
): Promise<void> {
  const { edge } = context;
  const client = await context.client();
  const folders = { live: folderName("LIVE", context), merged: folderName("MERGED", context) };
  if (program !== "") {
    const texts = (of: "before" | "after") => all.map((part) => ({ name: part.name, text: part[of] }));
    const sides = [
      { folder: folders.live, files: texts("before") },
      { folder: folders.merged, files: texts("after") },
    ] as const;
    const status = await edge.compareWith(program, sides);
    if (status !== 0) throw new ExitError("", status);
    return;
  }
  if (parts.length === 0) return;
  const time = fileTime(client.now(), edge.timezoneOffset(client.now()));
  for (const { name, before, after } of parts) {
    const [from, to] = [`${folders.live}/${name}`, `${folders.merged}/${name}`];
    edge.out(`diff -u -N ${from} ${to}\n--- ${from}\t${time}\n+++ ${to}\t${time}\n${hunks(before, after)}`);
  }
  throw new ExitError("", 1);
}

function folderName(version: string, { edge }: VerbContext): string {
  const digits = [...edge.randomSuffix(10)].map((letter) => letter.charCodeAt(0) % 10).join("");
  return `/tmp/${version}-${digits}`;
}

/** `batch.v1.Job.default.pi` */
function fileName({ resource, namespace, object }: Pick<FileObject, "resource" | "namespace" | "object">): string {
  const { group, version, kind } = resource;
  return `${group === "" ? "" : `${group}.`}${version}.${kind}.${namespace}.${object.metadata.name ?? ""}`;
}

async function versionsOf(
  { resource, namespace, object }: FileObject,
  options: DiffOptions,
  client: ApiClient,
): Promise<Versions> {
  const name = object.metadata.name ?? "";
  const live = await getOrNull(resource, namespace, name, client);
  const dryRun = { dryRun: true, fieldManager: options.fieldManager };
  if (options.isServerSide) {
    const patch = { type: "apply", body: object, force: options.forceConflicts } as const;
    return { live, merged: await client.patch(resource, namespace, name, patch, dryRun) };
  }
  if (live === null) return { live, merged: await client.create(resource, namespace, object, { dryRun: true }) };
  const [{ strategicThreeWayDiff }, { lastAppliedOf }] = await Promise.all([
    import("../../registry/patch/strategic-diff.js"),
    import("../../registry/patch/last-applied.js"),
  ]);
  const current = live as unknown as JsonObject;
  const text = lastAppliedOf(current);
  const original = (text === undefined || text === "" ? {} : JSON.parse(text)) as JsonObject;
  const typeName = typeOfKind(apiVersionOf(resource), resource.kind) ?? resource.kind;
  // What was applied last has annotations, be it none; without them here they would all be taken away.
  const metadata = { ...object.metadata, annotations: object.metadata.annotations ?? {} };
  const modified = { ...object, metadata } as unknown as JsonObject;
  const patch = strategicThreeWayDiff({ original, modified, current }, typeName);
  if (Object.keys(patch).length === 0) return { live, merged: live };
  try {
    const body = JSON.stringify(patch);
    return { live, merged: await client.patch(resource, namespace, name, { type: "strategic", body }, dryRun) };
  } catch (error) {
    if (!isReason(error, "Conflict")) throw error;
    const latest = await client.get(resource, namespace, name);
    return { live: latest, merged: latest };
  }
}

function shownVersions({ live, merged }: Versions, { showManagedFields, showSecrets }: DiffOptions): Versions {
  const plain = (object: KubeObject) => (showManagedFields ? object : withoutManagedFields(object));
  const shown = { live: live && plain(live), merged: merged && plain(merged) };
  return showSecrets || (merged ?? live)?.kind !== "Secret" ? shown : masked(shown);
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

type Data = Readonly<Record<string, string>>;

/** The values of Secrets are not shown, only whether they differ. */
function masked({ live, merged }: Versions): Versions {
  const before = dataOf(live);
  const after = dataOf(merged);
  const mask = (own: Data | undefined, other: Data | undefined, differing: string) =>
    own &&
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        const isChanged = other !== undefined && Object.hasOwn(other, key) && other[key] !== value;
        return [key, isChanged ? differing : "***"];
      }),
    );
  return {
    live: live && withData(live, mask(before, after, "*** (before)")),
    merged: merged && withData(merged, mask(after, before, "*** (after)")),
  };
}

function dataOf(object: KubeObject | null): Data | undefined {
  return (object as { readonly data?: Data } | null)?.data;
}

function withData(object: KubeObject, data: Data | undefined): KubeObject {
  return data === undefined ? object : ({ ...object, data } as KubeObject);
}

function hunks(before: string, after: string): string {
  const lines = after.replace(/\n$/, "");
  if (after === "") {
    const removed = before.replace(/\n$/, "").split("\n");
    return `@@ -1${removed.length === 1 ? "" : `,${removed.length}`} +0,0 @@\n${removed.map((line) => `-${line}\n`).join("")}`;
  }
  if (before !== "") return unifiedDiff(before.replace(/\n$/, ""), lines);
  const added = lines.split("\n");
  return `@@ -0,0 +1${added.length === 1 ? "" : `,${added.length}`} @@\n${added.map((line) => `+${line}\n`).join("")}`;
}

/** `2026-11-22 01:40:24.000000000 +0000`, as diff prints when a file was changed. */
function fileTime(at: EpochMs, offsetMinutes: number): string {
  const local = new Date(at + offsetMinutes * 60_000).toISOString();
  const [day = "", time = ""] = local.split("T");
  const minutes = Math.abs(offsetMinutes);
  const pad = (value: number) => String(value).padStart(2, "0");
  const zone = `${offsetMinutes < 0 ? "-" : "+"}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
  return `${day} ${time.replace("Z", "")}000000 ${zone}`;
}
