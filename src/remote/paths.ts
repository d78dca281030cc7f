import { apiVersionOf, type Resource } from "../api/resources.js";

/** The address of a collection or an object on an API server. `namespace` "" means all of them, or none. */
export function pathOf(
  resource: Pick<Resource, "group" | "version" | "name" | "namespaced">,
  namespace: string,
  name = "",
  subresource = "",
): string {
  const root = resource.group === "" ? "/api" : "/apis";
  const parts = [
    root,
    apiVersionOf(resource),
    ...(resource.namespaced && namespace !== "" ? ["namespaces", encodeURIComponent(namespace)] : []),
    resource.name,
    ...(name === "" ? [] : [encodeURIComponent(name)]),
    ...(subresource === "" ? [] : [subresource]),
  ];
  return parts.join("/");
}

/** `?a=1&b=2` of what is there; "" where nothing is. Of a list each value counts. */
export function queryOf(
  values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "" || value === false) continue;
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
