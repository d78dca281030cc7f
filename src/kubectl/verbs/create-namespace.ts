import { resources } from "../../api/resources.js";
import { createGenerated, generatorFlags, generatorOptions, newMetadata, oneName } from "../generator.js";
import { defineVerb } from "../verb.js";

export const createNamespaceVerb = defineVerb({
  name: "create namespace",
  usage: "NAME [--dry-run=server|client|none]",
  about: "Create a namespace with the specified name.",
  examples: `# Create a new namespace
kubectl create namespace my-namespace`,
  flags: generatorFlags,
  complete: (invocation) => ({ ...generatorOptions(invocation.flags), name: oneName(invocation) }),
  run: async (options, context) => {
    const { name } = options;
    const object = { kind: "Namespace", apiVersion: "v1", metadata: { name }, spec: {}, status: {} };
    await createGenerated({ resource: resources.namespaces, object }, options, context);
  },
});

export const createServiceAccountVerb = defineVerb({
  name: "create serviceaccount",
  usage: "NAME [--dry-run=server|client|none]",
  about: "Create a service account with the specified name.",
  examples: `# Create a new service account
kubectl create serviceaccount my-service-account`,
  flags: generatorFlags,
  complete: (invocation) => ({ ...generatorOptions(invocation.flags), name: oneName(invocation) }),
  run: async (options, context) => {
    const object = { kind: "ServiceAccount", apiVersion: "v1", metadata: newMetadata(options.name, context) };
    const failure = "failed to create serviceaccount: ";
    await createGenerated({ resource: resources.serviceaccounts, object, failure }, options, context);
  },
});
