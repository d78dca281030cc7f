import type { Pod } from "../api/generated/types.js";
import { badRequest, notFound } from "../api/meta/status.js";
import type { Client } from "../client/client.js";

/**
 * The Pod and the container that somebody asks for; without a name the only one.
 * @throws StatusError in the API server's words
 * @see kubernetes v1.36 pkg/registry/core/pod/strategy.go, LogLocation
 */
export function findContainer(
  client: Client,
  asked: { readonly namespace: string; readonly pod: string; readonly container?: string },
): { readonly pod: Pod; readonly container: string } {
  const pod = client.get("pods", asked.namespace, asked.pod);
  if (pod === undefined) throw notFound({ group: "", resource: "pods" }, asked.pod);
  const names = (pod.spec?.containers ?? []).map(({ name }) => name);
  const initNames = (pod.spec?.initContainers ?? []).map(({ name }) => name);
  const { container } = asked;
  if (container !== undefined && container !== "") {
    if (names.includes(container) || initNames.includes(container)) return { pod, container };
    throw badRequest(`container ${container} is not valid for pod ${asked.pod}`);
  }
  const [first] = names;
  if (first !== undefined && names.length === 1) return { pod, container: first };
  const init = initNames.length === 0 ? "" : ` or one of the init containers: [${initNames.join(" ")}]`;
  throw badRequest(
    `a container name must be specified for pod ${asked.pod}, choose one of: [${names.join(" ")}]${init}`,
  );
}
