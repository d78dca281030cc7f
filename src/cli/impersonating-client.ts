import { type AccessRequest, requireAccess, type User } from "../api/authorization/access.js";
import type { Resource } from "../api/resources.js";
import type { ApiClient, PatchType } from "../client/api-client.js";

/** A client that does what a user may do, and is refused the rest. Requests that are sent as written are for the server to judge. */
export function impersonatingClient(client: ApiClient, user: User): ApiClient {
  const check = (verb: string, resource: Resource, namespace = "", name = "", subresource = "") => {
    const request: AccessRequest = {
      verb,
      group: resource.group,
      resource: resource.name,
      subresource,
      namespace: resource.namespaced ? namespace : "",
      name,
    };
    requireAccess(user, request);
  };
  const checkPod = (namespace: string, name: string, verb: string, subresource: string) => {
    requireAccess(user, { verb, group: "", resource: "pods", subresource, namespace, name });
  };
  const { watchSeveral } = client;
  return {
    ...client,
    get: async (resource, namespace, name, options) => {
      check("get", resource, namespace, name, options?.subresource);
      return client.get(resource, namespace, name, options);
    },
    list: async (resource, options) => {
      check("list", resource, options.namespace);
      return client.list(resource, options);
    },
    create: async (resource, namespace, object, options) => {
      check("create", resource, namespace, "", options?.subresource);
      return client.create(resource, namespace, object, options);
    },
    replace: async (resource, namespace, object, options) => {
      check("update", resource, namespace, object.metadata.name ?? "", options?.subresource);
      return client.replace(resource, namespace, object, options);
    },
    patch: async (resource, namespace, name, patch: { type: PatchType; body: unknown; force?: boolean }, options) => {
      check("patch", resource, namespace, name, options?.subresource);
      return client.patch(resource, namespace, name, patch, options);
    },
    delete: async (resource, namespace, name, options) => {
      check("delete", resource, namespace, name);
      return client.delete(resource, namespace, name, options);
    },
    watch: (resource, options) => {
      check("watch", resource, options.namespace);
      return client.watch(resource, options);
    },
    ...(watchSeveral === undefined
      ? {}
      : {
          watchSeveral: (watched, options) => {
            for (const { resource, options: selection } of watched) check("watch", resource, selection.namespace);
            return watchSeveral(watched, options);
          },
        }),
    logs: (namespace, pod, options) => {
      checkPod(namespace, pod, "get", "log");
      return client.logs(namespace, pod, options);
    },
    exec: async (namespace, pod, options, onOutput) => {
      checkPod(namespace, pod, "create", "exec");
      return client.exec(namespace, pod, options, onOutput);
    },
    attach: async (namespace, pod, options, onOutput) => {
      checkPod(namespace, pod, "create", "attach");
      return client.attach(namespace, pod, options, onOutput);
    },
  };
}
