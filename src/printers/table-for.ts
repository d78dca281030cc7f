import type { EpochMs, KubeObject } from "../api/meta/object.js";
import type { CellContext, Column, ColumnDefinition, Table } from "./table.js";
import { cronJobColumns } from "./tables/cron-job.js";
import { endpointSliceColumns, endpointsColumns } from "./tables/endpoints.js";
import { eventColumns } from "./tables/event.js";
import { jobColumns } from "./tables/job.js";
import { nodeColumns } from "./tables/node.js";
import {
  configMapColumns,
  controllerRevisionColumns,
  defaultColumns,
  leaseColumns,
  namespaceColumns,
  podTemplateColumns,
  scaleColumns,
  secretColumns,
  serviceAccountColumns,
  statefulSetColumns,
} from "./tables/plain.js";
import { podColumns } from "./tables/pod.js";
import { serviceColumns } from "./tables/service.js";
import { persistentVolumeClaimColumns, persistentVolumeColumns } from "./tables/storage.js";
import { isIn, newestVersion } from "./versioned.js";

const columnsByKind = {
  ConfigMap: configMapColumns,
  ControllerRevision: controllerRevisionColumns,
  CronJob: cronJobColumns,
  EndpointSlice: endpointSliceColumns,
  Endpoints: endpointsColumns,
  Event: eventColumns,
  Job: jobColumns,
  Lease: leaseColumns,
  Namespace: namespaceColumns,
  Node: nodeColumns,
  PersistentVolume: persistentVolumeColumns,
  PersistentVolumeClaim: persistentVolumeClaimColumns,
  Pod: podColumns,
  PodTemplate: podTemplateColumns,
  Scale: scaleColumns,
  Secret: secretColumns,
  Service: serviceColumns,
  ServiceAccount: serviceAccountColumns,
  StatefulSet: statefulSetColumns,
} as const;

interface TableOptions {
  readonly now: EpochMs;
  /** The emulated server's version, such as `1.34`; default the newest. */
  readonly version?: string;
  /** Whether the wide columns are filled too; an API server that makes Tables for real clients always does. */
  readonly wide?: boolean;
}

/**
 * The table that an API server of this version makes of objects of one kind; name and age for a kind it does not
 * know. All columns of the version are in `columns`; without `wide` the cells of wide ones are null.
 */
export function tableFor(kind: string, objects: readonly KubeObject[], options: TableOptions): Table {
  const context: CellContext = {
    now: options.now,
    version: options.version ?? newestVersion,
    wide: options.wide ?? false,
  };
  const { columns, definitions } = shownColumns(kind, context.version);
  return {
    columns: definitions,
    rows: objects.map((object) => ({
      cells: columns.map((column) => (column.priority === 1 && !context.wide ? null : column.cell(object, context))),
      object,
    })),
  };
}

/** What `--server-print=false` prints: kubectl's own table of name and age, whatever the kind. */
export function plainTableFor(objects: readonly KubeObject[], options: TableOptions): Table {
  return tableFor("", objects, options);
}

function columnsOf(kind: string): readonly Column<KubeObject>[] {
  // The kind says what type the objects have: whoever lists Jobs gives Jobs.
  const columns: unknown = Object.hasOwn(columnsByKind, kind)
    ? columnsByKind[kind as keyof typeof columnsByKind]
    : defaultColumns;
  return columns as readonly Column<KubeObject>[];
}

interface ShownColumns {
  readonly columns: readonly Column<KubeObject>[];
  readonly definitions: readonly ColumnDefinition[];
}

/** By version and kind: what is said of columns is said of the same ones again with each event of a watch. */
const shown = new Map<string, ShownColumns>();

function shownColumns(kind: string, version: string): ShownColumns {
  const key = `${version}/${kind}`;
  let known = shown.get(key);
  if (known === undefined) {
    const columns = columnsOf(kind).filter((column) => isIn(version, column));
    known = { columns, definitions: columns.map(definitionOf) };
    shown.set(key, known);
  }
  return known;
}

function definitionOf({ name, type, format, priority }: Column<KubeObject>): ColumnDefinition {
  return { name, type: type ?? "string", format: format ?? "", priority: priority ?? 0 };
}
