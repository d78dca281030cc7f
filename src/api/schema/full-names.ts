import packages from "../generated/packages.json" with { type: "json" };

let fullNames: ReadonlyMap<string, string> | undefined;

/** Names in the API's OpenAPI documents: `io.k8s.api.batch.v1.Job` for `Job`. The name itself for what is no type of theirs. */
export function fullNameOf(typeName: string): string {
  fullNames ??= new Map(
    Object.entries(packages).flatMap(([prefix, names]) =>
      Object.entries(names).map(([name, last]) => [name, `${prefix}.${last}`] as const),
    ),
  );
  return fullNames.get(typeName) ?? typeName;
}
