import type { Pod, Service, ServicePort } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { type Resource, resources } from "../../api/resources.js";
import { fileFlags } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { qualifiedKind } from "../find-resource.js";
import { textFlag } from "../flags.js";
import { createGenerated, type GeneratorOptions, generatorFlags, generatorOptions, newMetadata } from "../generator.js";
import { fileArguments } from "../manifest-files.js";
import { fetchPlan, planSelection, type Selection } from "../selection.js";
import { defineVerb, type VerbContext } from "../verb.js";

type Labels = Readonly<Record<string, string>>;

interface ExposeOptions extends GeneratorOptions {
  readonly selection: Selection;
  readonly name: string;
  /** "" to take it from the object. */
  readonly port: string;
  readonly targetPort: string;
  readonly protocol: string;
  readonly type: string;
  readonly selector: string;
  readonly labels: string;
  readonly clusterIP: string;
  readonly externalIP: string;
  readonly loadBalancerIP: string;
  readonly sessionAffinity: string;
  readonly overrides: string;
  readonly overrideType: string;
}

/** How long a name may be that is a label of DNS. */
const nameLengthMax = 63;

export const exposeVerb = defineVerb({
  name: "expose",
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  about: "Create a Service for a Pod, or for what another Service stands for. Its selector is taken from there.",
  examples: `# A Service for a Pod
kubectl expose pod web --port=80 --target-port=8080

# One more Service for the same Pods
kubectl expose service web --port=443 --name=web-https`,
  flags: {
    ...generatorFlags,
    ...fileFlags,
    clusterIp: textFlag("The address of the Service; 'None' makes it headless"),
    externalIp: textFlag("An address outside the cluster at which the Service is reached too"),
    labels: textFlag("Labels of the Service", { short: "l" }),
    loadBalancerIp: textFlag("The address that a load balancer is to have"),
    name: textFlag("The name of the Service"),
    overrideType: textFlag("How --overrides is applied: json, merge, or strategic", { default: "merge" }),
    overrides: textFlag("An inline JSON override for the generated object"),
    port: textFlag("The port of the Service; taken from the object where it is left out"),
    protocol: textFlag("TCP, UDP or SCTP. Default is 'TCP'."),
    selector: textFlag("Labels of the Pods behind the Service; taken from the object where they are left out"),
    sessionAffinity: textFlag("If not empty, the session affinity: 'None', 'ClientIP'"),
    targetPort: textFlag("The port of the Pods, by name or number"),
    type: textFlag("ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'."),
  },
  complete: ({ flags, args }): ExposeOptions => ({
    ...generatorOptions({ ...flags, fieldManager: flags.fieldManager || "kubectl-expose" }),
    selection: {
      args,
      files: fileArguments(flags),
    },
    name: flags.name,
    port: flags.port,
    targetPort: flags.targetPort,
    protocol: flags.protocol,
    type: flags.type,
    selector: flags.selector,
    labels: flags.labels,
    clusterIP: flags.clusterIp,
    externalIP: flags.externalIp,
    loadBalancerIP: flags.loadBalancerIp,
    sessionAffinity: flags.sessionAffinity,
    overrides: flags.overrides,
    overrideType: flags.overrideType,
  }),
  run: async (options, context) => {
    const { items, errors } = await fetchPlan(await planSelection(options.selection, context), await context.client());
    const [failure] = errors;
    if (failure !== undefined) throw failure;
    for (const { resource, name, object } of items) {
      requireExposable(resource);
      const service = serviceFor({ resource, name, object }, options, context);
      await createGenerated(
        { resource: resources.services, object: await withOverrides(service, options), done: "exposed" },
        options,
        context,
      );
    }
  },
});

function requireExposable(resource: Resource): void {
  if (resource.name === "pods" || resource.name === "services") return;
  throw new UsageError(`cannot expose a ${qualifiedKind(resource)}`);
}

function serviceFor(
  { resource, name, object }: { readonly resource: Resource; readonly name: string; readonly object: KubeObject },
  options: ExposeOptions,
  context: VerbContext,
): Service {
  const selector = options.selector === "" ? selectorOf(resource, object) : parseLabels(options.selector);
  const ports = portsFor(resource, object, options);
  const labels = options.labels === "" ? (object.metadata.labels ?? {}) : parseLabels(options.labels);
  const { type, clusterIP, externalIP, loadBalancerIP, sessionAffinity } = options;
  if (sessionAffinity !== "" && sessionAffinity !== "None" && sessionAffinity !== "ClientIP") {
    throw new UsageError(`unknown session affinity: ${sessionAffinity}`);
  }
  return {
    kind: "Service",
    apiVersion: "v1",
    metadata: {
      ...newMetadata(options.name === "" ? name.slice(0, nameLengthMax) : options.name, context),
      ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    },
    spec: {
      ...(ports.length === 0 ? {} : { ports }),
      selector: { ...selector },
      ...(clusterIP === "" ? {} : { clusterIP }),
      // The server says what a type may be.
      ...(type === "" ? {} : { type: type as "ClusterIP" }),
      ...(externalIP === "" ? {} : { externalIPs: [externalIP] }),
      ...(sessionAffinity === "" ? {} : { sessionAffinity }),
      ...(type !== "LoadBalancer" || loadBalancerIP === "" ? {} : { loadBalancerIP }),
    },
    status: { loadBalancer: {} },
  };
}

function selectorOf(resource: Resource, object: KubeObject): Labels {
  const problem = (text: string) =>
    new UsageError(`couldn't retrieve selectors via --selector flag or introspection: ${text}`);
  if (resource.name === "services") {
    const { selector } = (object as Service).spec ?? {};
    if (selector === undefined) throw problem("the service has no pod selector set");
    return selector;
  }
  const labels = object.metadata.labels ?? {};
  if (Object.keys(labels).length === 0) throw problem("the pod has no labels and cannot be exposed");
  return labels;
}

/** `a=1,b=2` */
function parseLabels(text: string): Labels {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const parts = pair.split("=");
      const [key = "", value = ""] = parts;
      if (parts.length !== 2 || key === "") throw new UsageError(`unexpected label spec: ${pair}`);
      return [key, value];
    }),
  );
}

function portsFor(resource: Resource, object: KubeObject, options: ExposeOptions): ServicePort[] {
  const protocols = protocolsOf(resource, object);
  let numbers = options.port === "" ? [...protocols.keys()] : options.port.split(",");
  if (numbers.length === 0) {
    if (options.clusterIP !== "None") throw new UsageError("couldn't find port via --port flag or introspection");
    numbers = [];
  }
  const ports: ServicePort[] = [];
  for (const [at, text] of numbers.entries()) {
    const port = parsePort(text);
    const found = options.protocol === "" ? (protocols.get(text) ?? ["TCP"]) : [options.protocol];
    for (const protocol of found) {
      let name = numbers.length > 1 ? `port-${at + 1}` : "";
      if (found.length > 1) name = `port-${at + 1}-${protocol.toLowerCase()}`;
      ports.push({
        ...(name === "" ? {} : { name }),
        protocol: protocol as "TCP",
        port,
        targetPort: targetPortOf(options.targetPort, port),
      });
    }
  }
  return ports;
}

/** Ports of an object as they are written, with the protocols of each. */
function protocolsOf(resource: Resource, object: KubeObject): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (port: number, protocol = "TCP") => {
    const protocols = found.get(String(port)) ?? [];
    if (!protocols.includes(protocol)) protocols.push(protocol);
    found.set(String(port), protocols);
  };
  if (resource.name === "services") {
    for (const { port, protocol } of (object as Service).spec?.ports ?? []) add(port, protocol);
  } else {
    for (const container of (object as Pod).spec?.containers ?? []) {
      for (const { containerPort, protocol } of container.ports ?? []) add(containerPort, protocol);
    }
  }
  return found;
}

function parsePort(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new UsageError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

function targetPortOf(text: string, port: number): number | string {
  if (text === "") return port;
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

async function withOverrides(service: Service, { overrides, overrideType }: ExposeOptions): Promise<Service> {
  if (overrides === "") return service;
  if (overrideType !== "merge" && overrideType !== "json" && overrideType !== "strategic") {
    throw new UsageError(`invalid override type: ${overrideType}`);
  }
  const { applyPatch } = await import("../../registry/patch/apply-patch.js");
  return applyPatch(service, { type: overrideType, body: overrides, fieldValidation: "Ignore" }).object;
}
