import { defineVerb } from "../verb.js";

export const clusterInfoVerb = defineVerb({
  name: "cluster-info",
  usage: "",
  about: "Display the address of the control plane.",
  examples: `# Print the address of the control plane
kubectl cluster-info`,
  flags: {},
  // More words change nothing.
  complete: () => null,
  run: async (_, { edge }) => {
    const { config } = edge;
    const context = config.contexts().find(({ name }) => name === config.currentContext());
    const server = config.clusters().find(({ name }) => name === context?.cluster)?.server ?? "";
    edge.out(`Kubernetes control plane is running at ${server}\n\n`);
    edge.out("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
});
