import type { Service, ServicePort } from "../../api/generated/types.js";
import {
  portNameProblems,
  portNumberProblems,
  dns1123SubdomainProblems as subdomainProblems,
} from "../../api/meta/identifiers.js";
import { resources } from "../../api/resources.js";
import { UsageError } from "../errors.js";
import { integerFlag, listFlag, textFlag } from "../flags.js";
import {
  createGenerated,
  type GeneratorOptions,
  generatorFlags,
  generatorOptions,
  newMetadata,
  oneName,
} from "../generator.js";
import { defineVerb, type VerbContext, verbOfSubverbs } from "../verb.js";

export const createServiceVerb = verbOfSubverbs({
  name: "create service",
  usage: "(clusterip | externalname | loadbalancer | nodeport)",
  about: "Create a service using a specified subcommand.",
  examples: `# Create a headless Service for the Pods of a Job
kubectl create service clusterip workers --clusterip=None`,
});

const tcpFlag = listFlag("Port pairs can be specified as '<port>:<targetPort>'");

export const createClusterIpServiceVerb = defineVerb({
  name: "create service clusterip",
  usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
  about: "Create a ClusterIP service with the specified name.",
  examples: `# Create a Service
kubectl create service clusterip web --tcp=80:8080

# Create a headless Service
kubectl create service clusterip workers --clusterip=None`,
  flags: {
    ...generatorFlags,
    clusterip: textFlag("Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing)"),
    tcp: tcpFlag,
  },
  complete: (invocation) => {
    const { clusterip: clusterIP, tcp } = invocation.flags;
    const name = oneName(invocation);
    const ports = tcp.map((text) => parsePort(text, 0));
    if (ports.length === 0 && clusterIP !== "None") throw noPortError();
    return { ...generatorOptions(invocation.flags), name, ports, clusterIP };
  },
  run: (options, context) => {
    const { clusterIP } = options;
    return createService(options, { type: "ClusterIP", ...(clusterIP === "" ? {} : { clusterIP }) }, context);
  },
});

export const createNodePortServiceVerb = defineVerb({
  name: "create service nodeport",
  usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  about: "Create a NodePort service with the specified name.",
  examples: `# Create a Service
kubectl create service nodeport web --tcp=80:8080`,
  flags: {
    ...generatorFlags,
    nodePort: integerFlag("Port used to expose the service on each node in a cluster", { default: 0 }),
    tcp: tcpFlag,
  },
  complete: (invocation) => {
    const { nodePort, tcp } = invocation.flags;
    const name = oneName(invocation);
    const ports = tcp.map((text) => parsePort(text, nodePort));
    if (ports.length === 0) throw noPortError();
    return { ...generatorOptions(invocation.flags), name, ports };
  },
  run: (options, context) => createService(options, { type: "NodePort" }, context),
});

function noPortError(): UsageError {
  return new UsageError("at least one tcp port specifier must be provided");
}

type ServiceSpec = NonNullable<Service["spec"]>;

interface ServiceOptions extends GeneratorOptions {
  readonly name: string;
  readonly ports: readonly ServicePort[];
}

/** Creates a Service for the Pods that are labelled with its name. */
async function createService(
  options: ServiceOptions,
  own: Pick<ServiceSpec, "type" | "clusterIP" | "externalName">,
  context: VerbContext,
): Promise<void> {
  const { name, ports } = options;
  const { type, ...rest } = own;
  const { namespace } = newMetadata(name, context);
  const object: Service = {
    kind: "Service",
    apiVersion: "v1",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: { app: name } },
    spec: { ...(ports.length === 0 ? {} : { ports: [...ports] }), selector: { app: name }, type, ...rest },
    status: { loadBalancer: {} },
  };
  const failure = `failed to create ${type} service: `;
  await createGenerated({ resource: resources.services, object, failure }, options, context);
}

/** `80`, `80:8080`, `80:http`; more colons change nothing but the name. @see kubectl pkg/cmd/create/create_service.go, parsePorts */
function parsePort(text: string, nodePort: number): ServicePort {
  const [portText = "", targetText] = text.split(":");
  const port = portNumber(portText);
  const targetPort = targetText === undefined ? port : parseTargetPort(targetText);
  const name = text.replaceAll(":", "-");
  return { name, protocol: "TCP", port, targetPort, ...(nodePort === 0 ? {} : { nodePort }) };
}

function parseTargetPort(text: string): number | string {
  const isNumber = /^[+-]?\d+$/.test(text);
  const problems = isNumber ? portNumberProblems(Number(text)) : portNameProblems(text);
  if (problems.length > 0) throw new UsageError(problems.join(","));
  return isNumber ? Number(text) : text;
}

function portNumber(text: string): number {
  const fail = (problem: string) => new UsageError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`);
  if (!/^\d+$/.test(text)) throw fail("invalid syntax");
  if (Number(text) > 65_535) throw fail("value out of range");
  return Number(text);
}

export const createLoadBalancerServiceVerb = defineVerb({
  name: "create service loadbalancer",
  usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
  about: "Create a LoadBalancer service with the specified name. Nothing gives it an address from outside here.",
  examples: `# Create a Service
kubectl create service loadbalancer web --tcp=80:8080`,
  flags: { ...generatorFlags, tcp: tcpFlag },
  complete: (invocation) => {
    const name = oneName(invocation);
    const ports = invocation.flags.tcp.map((text) => parsePort(text, 0));
    if (ports.length === 0) throw noPortError();
    return { ...generatorOptions(invocation.flags), name, ports };
  },
  run: (options, context) => createService(options, { type: "LoadBalancer" }, context),
});

export const createExternalNameServiceVerb = defineVerb({
  name: "create service externalname",
  usage: "NAME --external-name external.name [--dry-run=server|client|none]",
  about: "Create a service that stands for a name outside of the cluster.",
  examples: `# Create a Service
kubectl create service externalname world --external-name=sea.example.com`,
  flags: {
    ...generatorFlags,
    externalName: textFlag("External name of service", { isRequired: true }),
    tcp: tcpFlag,
  },
  complete: (invocation) => {
    const { externalName, tcp } = invocation.flags;
    const name = oneName(invocation);
    const ports = tcp.map((text) => parsePort(text, 0));
    const problems = subdomainProblems(externalName);
    if (problems.length > 0) throw new UsageError(`invalid service external name ${externalName}`);
    return { ...generatorOptions(invocation.flags), name, ports, externalName };
  },
  run: (options, context) =>
    createService(options, { type: "ExternalName", externalName: options.externalName }, context),
});
