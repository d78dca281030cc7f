import type { Context } from "../../client/component.js";

/** The Service of the API server itself, which has no selector: the server keeps its endpoints. */
export const apiServerService = "default/kubernetes";

/** The port of the API server on its node. */
const securePort = { name: "https", port: 6443, protocol: "TCP" as const };

/**
 * Says where the API server is: on the first node.
 * @see kubernetes v1.36 pkg/controlplane/reconcilers/endpointsadapter.go
 */
export function reconcileApiServer({ client }: Context): void {
  const [namespace, name] = ["default", "kubernetes"];
  if (client.get("services", namespace, name) === undefined) return;
  const [node] = client.list("nodes", "");
  const address = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  if (address === undefined) return;
  if (client.get("endpoints", namespace, name) === undefined) {
    client.create("endpoints", {
      metadata: { name, namespace, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
      subsets: [{ addresses: [{ ip: address }], ports: [securePort] }],
    });
  }
  if (client.get("endpointslices", namespace, name) === undefined) {
    client.create("endpointslices", {
      metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: [securePort],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    });
  }
}
