import type { ManagedFieldsEntry } from "../api/generated/types.js";
import { FieldSet } from "../api/meta/field-set.js";
import type { KubeObject } from "../api/meta/object.js";
import { isReason, StatusError } from "../api/meta/status.js";
import type { ApiClient, WriteOptions } from "../client/api-client.js";
import { lastAppliedAnnotation } from "../registry/patch/last-applied.js";
import { serverSideManager, writeOptions } from "./common-flags.js";
import { asError, UsageError } from "./errors.js";
import type { FileObject } from "./manifest-files.js";
import type { WriteResult } from "./result-output.js";
import type { VerbContext } from "./verb.js";
import type { ApplyOptions } from "./verbs/apply.js";

/** Keeps the annotation of client-side apply from being removed with what that owned. */
const annotationManager = "kubectl-last-applied";

const annotationPath = ["f:metadata", "f:annotations", `f:${lastAppliedAnnotation}`];

const conflictRetriesMax = 5;

/**
 * Applies one object on the server, and moves there what an earlier client-side apply owned.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, applyOneObject
 */
export async function applyOnServer(
  item: FileObject,
  options: ApplyOptions,
  context: VerbContext,
): Promise<WriteResult> {
  const { resource, namespace, object } = item;
  const { name = "" } = object.metadata;
  const client = await context.client();
  const write = {
    ...writeOptions(options),
    ...(options.subresource === "" ? {} : { subresource: options.subresource }),
  };
  const apply = (body: KubeObject, manager: string, force: boolean) =>
    client.patch(
      resource,
      namespace,
      name,
      { type: "apply", body: JSON.stringify(body), force },
      {
        ...write,
        fieldManager: manager,
      },
    );
  let answer: KubeObject;
  try {
    answer = await apply(object, options.fieldManager, options.forceConflicts);
  } catch (error) {
    if (!isReason(error, "Conflict")) throw asError(error);
    throw new UsageError(conflictAdvice(error.message));
  }
  try {
    answer = await keepAnnotation(answer, options, (body) => apply(body, annotationManager, false));
    const migrated = await migrate(item, answer, { client, write, manager: options.fieldManager });
    if (migrated) answer = await apply(object, options.fieldManager, options.forceConflicts);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    context.edge.err(
      `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`,
    );
  }
  return { resource, object: answer, done: "serverside-applied" };
}

/** The annotation gets an applier of its own, unless it has one. */
async function keepAnnotation(
  answer: KubeObject,
  { fieldManager }: ApplyOptions,
  apply: (body: KubeObject) => Promise<KubeObject>,
): Promise<KubeObject> {
  const { name, namespace, annotations, managedFields = [] } = answer.metadata;
  const text = annotations?.[lastAppliedAnnotation];
  if (fieldManager !== serverSideManager || text === undefined) return answer;
  if (ownersOfAnnotation(managedFields, "Apply").length > 0) return answer;
  const body = {
    apiVersion: answer.apiVersion,
    kind: answer.kind,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      annotations: { [lastAppliedAnnotation]: text },
    },
  } as KubeObject;
  return apply(body);
}

function ownersOfAnnotation(
  entries: readonly ManagedFieldsEntry[],
  operation: "Apply" | "Update",
): readonly ManagedFieldsEntry[] {
  return entries.filter(
    (entry) => entry.operation === operation && FieldSet.fromFields(entry.fieldsV1).has(annotationPath),
  );
}

/** Whether the fields of client-side apply were given to the applier. */
async function migrate(
  { resource, namespace }: FileObject,
  answer: KubeObject,
  { client, write, manager }: { readonly client: ApiClient; readonly write: WriteOptions; readonly manager: string },
): Promise<boolean> {
  let current = answer;
  const former = new Set(
    ownersOfAnnotation(answer.metadata.managedFields ?? [], "Update").map((entry) => entry.manager ?? ""),
  );
  for (let attempt = 1; ; attempt++) {
    const { name = "", resourceVersion = "", managedFields = [] } = current.metadata;
    const upgraded = [...former].reduce((entries, name) => upgradedEntries(entries, name, manager), managedFields);
    if (upgraded === managedFields) return false;
    const body = JSON.stringify([
      { op: "replace", path: "/metadata/managedFields", value: upgraded },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ]);
    try {
      await client.patch(resource, namespace, name, { type: "json", body }, write);
      return true;
    } catch (error) {
      if (attempt >= conflictRetriesMax || !isReason(error, "Conflict")) throw error;
      current = await client.get(resource, namespace, name, { managedFields: true });
    }
  }
}

/**
 * The entries with those of a client-side applier merged into the server-side one's.
 * @see k8s.io/client-go/util/csaupgrade, upgradedManagedFields
 */
export function upgradedEntries(
  entries: readonly ManagedFieldsEntry[],
  clientSide: string,
  serverSide: string,
): readonly ManagedFieldsEntry[] {
  const isFormer = ({ manager, operation, subresource = "" }: ManagedFieldsEntry) =>
    manager === clientSide && operation === "Update" && subresource === "";
  const former = entries.filter(isFormer);
  const [first] = former;
  if (first === undefined) return entries;
  const applier = entries.find(
    ({ manager, operation, subresource = "" }) => manager === serverSide && operation === "Apply" && subresource === "",
  );
  const target = applier ?? first;
  const same = former.find(({ apiVersion }) => apiVersion === target.apiVersion);
  const set = FieldSet.fromFields(target.fieldsV1).union(FieldSet.fromFields(same?.fieldsV1));
  const merged: ManagedFieldsEntry = {
    ...target,
    manager: serverSide,
    operation: "Apply",
    fieldsV1: set.toFields() as ManagedFieldsEntry["fieldsV1"],
  };
  return entries.flatMap((entry) => (entry === target ? [merged] : isFormer(entry) ? [] : [entry]));
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, applyOneObject */
function conflictAdvice(message: string): string {
  return `${message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
}
