import type {
  ConfigMap,
  ControllerRevision,
  Lease,
  Namespace,
  PodTemplate,
  Scale,
  Secret,
  ServiceAccount,
  StatefulSet,
} from "../../api/generated/types.js";
import { controllerOf, type KubeObject } from "../../api/meta/object.js";
import { ageColumn, containerColumns, formatLabels, nameColumn } from "../cell-text.js";
import type { Column } from "../table.js";

/** What is printed of a kind that has no table of its own. */
export const defaultColumns: readonly Column<KubeObject>[] = [nameColumn, ageColumn];

export const namespaceColumns: readonly Column<Namespace>[] = [
  nameColumn,
  { name: "Status", cell: (namespace) => namespace.status?.phase ?? "" },
  ageColumn,
];

export const configMapColumns: readonly Column<ConfigMap>[] = [
  nameColumn,
  {
    name: "Data",
    cell: ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
  },
  ageColumn,
];

export const secretColumns: readonly Column<Secret>[] = [
  nameColumn,
  { name: "Type", cell: (secret) => secret.type ?? "" },
  { name: "Data", cell: (secret) => Object.keys(secret.data ?? {}).length },
  ageColumn,
];

export const serviceAccountColumns: readonly Column<ServiceAccount>[] = [
  nameColumn,
  { name: "Secrets", until: "1.35", cell: (account) => account.secrets?.length ?? 0 },
  ageColumn,
];

export const statefulSetColumns: readonly Column<StatefulSet>[] = [
  nameColumn,
  { name: "Ready", cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}` },
  ageColumn,
  ...containerColumns<StatefulSet>((set) => set.spec?.template.spec?.containers ?? []),
];

export const controllerRevisionColumns: readonly Column<ControllerRevision>[] = [
  nameColumn,
  { name: "Controller", cell: controllerName },
  { name: "Revision", type: "integer", cell: (revision) => revision.revision },
  ageColumn,
];

export const leaseColumns: readonly Column<Lease>[] = [
  nameColumn,
  { name: "Holder", cell: (lease) => lease.spec?.holderIdentity ?? "" },
  ageColumn,
];

export const podTemplateColumns: readonly Column<PodTemplate>[] = [
  nameColumn,
  ...containerColumns<PodTemplate>((template) => template.template?.spec?.containers ?? []).map((column) => ({
    ...column,
    priority: 0 as const,
  })),
  { name: "Pod Labels", cell: (template) => formatLabels(template.template?.metadata?.labels) },
];

export const scaleColumns: readonly Column<Scale>[] = [
  nameColumn,
  { name: "Desired", type: "integer", cell: (scale) => scale.spec?.replicas ?? 0 },
  { name: "Available", type: "integer", cell: (scale) => scale.status?.replicas ?? 0 },
  ageColumn,
];

/** `statefulset.apps/web`: the object that manages this revision. */
function controllerName(revision: ControllerRevision): string {
  const controller = controllerOf(revision);
  if (controller === undefined) {
    return "<none>";
  }
  const [version, group] = controller.apiVersion.split("/").reverse();
  const suffix = version === undefined || group === undefined ? "" : `.${group}`;
  return `${(controller.kind + suffix).toLowerCase()}/${controller.name}`;
}
