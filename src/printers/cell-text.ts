import type { Container, LabelSelector } from "../api/generated/types.js";
import type { KubeObject } from "../api/meta/object.js";
import { ageOf } from "./durations.js";
import type { Column } from "./table.js";

/** `a=1,b=2`, sorted as a whole, so that `a.b=1` comes before `a=1`; `<none>` for no labels. */
export function formatLabels(labels: { readonly [key: string]: string } | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "<none>" : pairs.sort().join(",");
}

/** A label selector as `-l` would take it; `<none>` where nothing is selected by it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const requirements = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
      key,
      text: requirementText(key, operator, values ?? []),
    })),
  ];
  requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return requirements.length === 0 ? "<none>" : requirements.map(({ text }) => text).join(",");
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  switch (operator) {
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return `${key} ${operator.toLowerCase()} (${[...values].sort().join(",")})`;
  }
}

export const nameColumn: Column<KubeObject> = {
  name: "Name",
  format: "name",
  cell: (object) => object.metadata.name ?? "",
};

export const ageColumn: Column<KubeObject> = {
  name: "Age",
  cell: (object, { now }) => ageOf(object.metadata.creationTimestamp, now),
};

/** The wide columns of everything that has a Pod template. */
export function containerColumns<Kind>(containersOf: (object: Kind) => readonly Container[]): readonly Column<Kind>[] {
  return [
    {
      name: "Containers",
      priority: 1,
      cell: (object) =>
        containersOf(object)
          .map(({ name }) => name)
          .join(","),
    },
    {
      name: "Images",
      priority: 1,
      cell: (object) =>
        containersOf(object)
          .map(({ image }) => image ?? "")
          .join(","),
    },
  ];
}

/** At most three of a list, then how many more there are. */
export function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(",");
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}

/** `10.0.0.1:80`, with brackets around an IPv6 address. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const accessModeNames: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** `RWO,RWX`, each mode once, in Kubernetes' own order. */
export function formatAccessModes(modes: readonly string[] | undefined): string {
  return Object.entries(accessModeNames)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(",");
}

/** The storage class of a volume or claim: the old annotation wins over the field. */
export function storageClassOf(object: KubeObject, storageClassName: string | undefined): string {
  return object.metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? storageClassName ?? "";
}
