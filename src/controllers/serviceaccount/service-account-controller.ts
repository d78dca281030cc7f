import { type Component, watch } from "../../client/component.js";

/** The name of the ConfigMap with the cluster's certificate that every namespace has. */
const rootCertificateName = "kube-root-ca.crt";

/**
 * Gives every namespace its ServiceAccount `default` and its `kube-root-ca.crt`, and again when they are deleted.
 * @see kubernetes pkg/controller/serviceaccount and pkg/controller/certificates/rootcacertpublisher
 */
export function serviceAccountController(): Component {
  return {
    name: "service-account-controller",
    watches: [
      watch("namespaces", ({ type, object }, enqueue) => {
        if (type === "ADDED") enqueue(object.metadata.name ?? "");
      }),
      watch("serviceaccounts", ({ type, object }, enqueue) => {
        if (type === "DELETED" && object.metadata.name === "default") enqueue(object.metadata.namespace ?? "");
      }),
      watch("configmaps", ({ type, object }, enqueue) => {
        if (type === "DELETED" && object.metadata.name === rootCertificateName)
          enqueue(object.metadata.namespace ?? "");
      }),
    ],
    reconcile(namespace, { client }) {
      const found = client.get("namespaces", "", namespace);
      if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
      if (client.get("serviceaccounts", namespace, "default") === undefined) {
        client.create("serviceaccounts", { metadata: { name: "default", namespace } });
      }
      if (client.get("configmaps", namespace, rootCertificateName) === undefined) {
        client.create("configmaps", {
          metadata: {
            name: rootCertificateName,
            namespace,
            annotations: {
              "kubernetes.io/description":
                "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
            },
          },
          data: { "ca.crt": placeholderCertificate },
        });
      }
    },
  };
}

/** No container here speaks TLS: the file is there, as scripts expect, and says so. */
const placeholderCertificate =
  "# This cluster is simulated: its API server has no certificate that a container could check.\n";
