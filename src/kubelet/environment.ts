import type { ConfigMap, Container, EnvVar, Pod, Secret, Service } from "../api/generated/types.js";
import { expand } from "./expand.js";
import { type Allocatable, containerResource, type PodPlace, podField } from "./field-ref.js";

/** What an environment is built from. */
export interface EnvironmentSources {
  readonly pod: Pod;
  readonly container: Container;
  readonly place: PodPlace;
  readonly allocatable: Allocatable;
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
  /** Services of a namespace, in order of names. */
  services(namespace: string): readonly Service[];
}

/** A container that cannot be made as its spec says; the message is upstream's. */
export class ContainerConfigError extends Error {
  override readonly name = "ContainerConfigError";
}

/**
 * A container's environment: Services, then envFrom, then env; the later ones win.
 * @throws ContainerConfigError where a ConfigMap, a Secret or a key is missing
 * @see kubernetes v1.36 pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables
 */
export function environmentOf(sources: EnvironmentSources): ReadonlyMap<string, string> {
  const { container } = sources;
  const services = serviceVariables(sources);
  if (container.envFrom === undefined && container.env === undefined) return services;
  const result = new Map<string, string>();
  // A Service's variable is there, but what is set for the container hides it.
  for (const { configMapRef, secretRef, prefix = "" } of container.envFrom ?? []) {
    const entries =
      configMapRef !== undefined
        ? configMapEntries(sources, configMapRef)
        : secretRef !== undefined
          ? secretEntries(sources, secretRef)
          : [];
    for (const [key, value] of entries) result.set(prefix + key, value);
  }
  const known = (name: string) => result.get(name) ?? services.get(name);
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, sources, known);
    if (value !== undefined) result.set(variable.name, value);
  }
  if (services.size === 0) return result;
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}

function variableValue(
  variable: EnvVar,
  sources: EnvironmentSources,
  known: (name: string) => string | undefined,
): string | undefined {
  const { pod, container, place, allocatable } = sources;
  const { valueFrom } = variable;
  if (valueFrom === undefined) return expand(variable.value ?? "", known);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) return podField(pod, place, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined) {
    const { containerName } = resourceFieldRef;
    const owner =
      containerName === undefined || containerName === ""
        ? container
        : [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
            ({ name }) => name === containerName,
          );
    return containerResource(owner ?? container, resourceFieldRef, allocatable);
  }
  const { namespace } = pod.metadata;
  if (configMapKeyRef !== undefined) {
    const { name = "", key, optional } = configMapKeyRef;
    const configMap = sources.configMap(name);
    const value = configMap?.data?.[key];
    if (value !== undefined || optional === true) return value;
    throw new ContainerConfigError(
      configMap === undefined
        ? `configmap ${JSON.stringify(name)} not found`
        : `couldn't find key ${key} in ConfigMap ${namespace}/${name}`,
    );
  }
  if (secretKeyRef !== undefined) {
    const { name = "", key, optional } = secretKeyRef;
    const secret = sources.secret(name);
    const value = secret?.data?.[key];
    if (value !== undefined) return decodeText(value);
    if (optional === true) return undefined;
    throw new ContainerConfigError(
      secret === undefined
        ? `secret ${JSON.stringify(name)} not found`
        : `couldn't find key ${key} in Secret ${namespace}/${name}`,
    );
  }
  return "";
}

type Reference = { readonly name?: string; readonly optional?: boolean };

function configMapEntries(sources: EnvironmentSources, { name = "", optional }: Reference): [string, string][] {
  const configMap = sources.configMap(name);
  if (configMap !== undefined) return Object.entries(configMap.data ?? {}).sort(byKey);
  if (optional === true) return [];
  throw new ContainerConfigError(`configmap ${JSON.stringify(name)} not found`);
}

function secretEntries(sources: EnvironmentSources, { name = "", optional }: Reference): [string, string][] {
  const secret = sources.secret(name);
  if (secret !== undefined) {
    return Object.entries(secret.data ?? {})
      .sort(byKey)
      .map(([key, value]) => [key, decodeText(value)]);
  }
  if (optional === true) return [];
  throw new ContainerConfigError(`secret ${JSON.stringify(name)} not found`);
}

function byKey([left]: [string, string], [right]: [string, string]): number {
  return left < right ? -1 : 1;
}

const utf8 = new TextDecoder();

function decodeText(base64: string): string {
  return utf8.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/**
 * The variables of Services with a cluster IP; the API server's own Service is there in every namespace.
 * @see kubernetes v1.36 pkg/kubelet/envvars/envvars.go, FromServices
 */
function serviceVariables({ pod, services }: EnvironmentSources): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const { namespace = "default" } = pod.metadata;
  const hasLinks = pod.spec?.enableServiceLinks ?? true;
  const master = namespace === "default" && hasLinks ? undefined : services("default").find(isMaster);
  const linked = hasLinks ? services(namespace) : [];
  for (const service of master === undefined ? linked : [...linked, master]) addService(result, service);
  return result;
}

function isMaster({ metadata }: Service): boolean {
  return metadata.namespace === "default" && metadata.name === "kubernetes";
}

type Variables = readonly (readonly [name: string, value: string])[];

/** By Service: each container of its namespace has them. */
const variablesByService = new WeakMap<Service, Variables>();

function addService(variables: Map<string, string>, service: Service): void {
  let own = variablesByService.get(service);
  if (own === undefined) {
    own = variablesOf(service);
    variablesByService.set(service, own);
  }
  for (const [name, value] of own) if (!variables.has(name)) variables.set(name, value);
}

function variablesOf({ metadata, spec }: Service): Variables {
  const { clusterIP, ports = [] } = spec ?? {};
  const first = ports[0];
  if (clusterIP === undefined || clusterIP === "" || clusterIP === "None" || first === undefined) return [];
  const prefix = variableName(metadata.name ?? "");
  const variables: [string, string][] = [
    [`${prefix}_SERVICE_HOST`, clusterIP],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
  ];
  for (const { name, port } of ports) {
    if (name !== undefined && name !== "") {
      variables.push([`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]);
    }
  }
  for (const [index, { port, protocol = "TCP" }] of ports.entries()) {
    const url = `${protocol.toLowerCase()}://${clusterIP}:${port}`;
    if (index === 0) variables.push([`${prefix}_PORT`, url]);
    const portPrefix = `${prefix}_PORT_${port}_${protocol}`;
    variables.push([portPrefix, url]);
    variables.push([`${portPrefix}_PROTO`, protocol.toLowerCase()]);
    variables.push([`${portPrefix}_PORT`, String(port)]);
    variables.push([`${portPrefix}_ADDR`, clusterIP]);
  }
  return variables;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
