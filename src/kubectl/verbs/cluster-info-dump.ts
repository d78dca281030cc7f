import type { Pod } from "../../api/generated/types.js";
import { apiVersionOf, type Resource, resources } from "../../api/resources.js";
import type { ApiClient, ObjectList } from "../../client/api-client.js";
import { asError, UsageError } from "../errors.js";
import { boolFlag, listFlag, textFlag } from "../flags.js";
import { defineVerb, type VerbContext } from "../verb.js";

/** What is dumped of each namespace, in order. @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go */
const dumped: readonly (readonly [file: string, Resource])[] = [
  ["events", resources.events],
  ["replication-controllers", resources.replicationcontrollers],
  ["services", resources.services],
  ["daemonsets", resources.daemonsets],
  ["deployments", resources.deployments],
  ["replicasets", resources.replicasets],
  ["pods", resources.pods],
];

export const clusterInfoDumpVerb = defineVerb({
  name: "cluster-info dump",
  usage: "[flags]",
  about:
    "Dump what helps to find out what is wrong with a cluster: its nodes, what is in its namespaces, and the logs of its containers.",
  examples: `# Into files of a folder
kubectl cluster-info dump --output-directory=state

# What is in one namespace
kubectl cluster-info dump --namespaces=default`,
  flags: {
    allNamespaces: boolFlag("If true, dump all namespaces. If true, --namespaces is ignored.", { short: "A" }),
    namespaces: listFlag("A comma separated list of namespaces to dump"),
    outputDirectory: textFlag("Where to output the files. If empty or '-' uses stdout."),
  },
  complete: ({ flags, args }) => {
    if (args.length > 0) throw new UsageError(`unexpected arguments: [${args.join(" ")}]`, "examples");
    return flags;
  },
  run: async (options, context) => {
    const client = await context.client();
    const { printJson } = await import("../../printers/json.js");
    const write = writerOf(options.outputDirectory, context);
    const list = async (resource: Resource, namespace?: string) => {
      const found = await client.list(resource, namespace === undefined ? {} : { namespace });
      return typed(found, resource);
    };
    write("nodes.json", printJson(await list(resources.nodes)));
    for (const namespace of await namespacesOf(options, context, client)) {
      for (const [file, resource] of dumped) {
        write(`${namespace}/${file}.json`, printJson(await list(resource, namespace)));
      }
      for (const pod of (await client.list(resources.pods, { namespace })).items as readonly Pod[]) {
        write(`${namespace}/${pod.metadata.name}/logs.txt`, await logsOf(pod, client));
      }
    }
    if (!isPrinted(options.outputDirectory)) {
      context.edge.out(`Cluster info dumped to ${options.outputDirectory}\n`);
    }
  },
});

function isPrinted(folder: string): boolean {
  return folder === "" || folder === "-";
}

/** Into the files of a folder, or all after each other. */
function writerOf(folder: string, { edge }: VerbContext): (path: string, text: string) => void {
  if (isPrinted(folder)) return (_, text) => edge.out(text);
  const encoder = new TextEncoder();
  return (path, text) => edge.writeFile(`${folder}/${path}`, encoder.encode(text));
}

async function namespacesOf(
  { allNamespaces, namespaces }: { readonly allNamespaces: boolean; readonly namespaces: readonly string[] },
  { namespace }: VerbContext,
  client: ApiClient,
): Promise<readonly string[]> {
  if (!allNamespaces) return namespaces.length > 0 ? namespaces : [...new Set(["kube-system", namespace])];
  const { items } = await client.list(resources.namespaces, {});
  return items.map(({ metadata }) => metadata.name ?? "");
}

/** A list under the name of its own kind, its items without theirs. */
function typed({ metadata, items }: ObjectList, resource: Resource): object {
  const plain = items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: plain };
}

async function logsOf({ metadata, spec }: Pod, client: ApiClient): Promise<string> {
  const [namespace, pod] = [metadata.namespace ?? "", metadata.name ?? ""];
  let text = "";
  for (const { name } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    text += `==== START logs for container ${name} of pod ${namespace}/${pod} ====\n`;
    try {
      for await (const line of client.logs(namespace, pod, { container: name })) text += line;
    } catch (error) {
      text += `Request log error: ${asError(error).message}\n`;
    }
    text += `==== END logs for container ${name} of pod ${namespace}/${pod} ====\n`;
  }
  return text;
}
