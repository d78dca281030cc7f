import type { Pod, Service } from "../api/generated/types.js";
import type { Client } from "../client/client.js";

/** The domain that all cluster names end with. */
const clusterDomain = "cluster.local";

/** Who asks, which decides where short names are searched. */
export interface Asker {
  readonly namespace: string;
}

/**
 * Addresses of a name as a container of a namespace resolves it: with the search list of its resolv.conf for names of
 * fewer than five dots. Null where there is no such name.
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function resolveName(client: Client, asker: Asker, name: string): readonly string[] | null {
  const wanted = name.toLowerCase();
  if (isAddress(wanted)) return [wanted];
  if (wanted === "localhost" || wanted === "localhost.") return ["127.0.0.1"];
  return searched(wanted, asker, (absolute) => addressesOf(client, absolute));
}

/** SRV records of `_port._protocol.service…`; null where there are none. */
export function resolveServiceRecords(
  client: Client,
  asker: Asker,
  name: string,
): readonly { readonly target: string; readonly port: number }[] | null {
  return searched(name.toLowerCase(), asker, (absolute) => serviceRecords(client, absolute));
}

/** The lines of /etc/resolv.conf for Pods of a namespace. */
export function resolvConf({ namespace }: Asker, nameServer: string): string {
  const search = searchList(namespace).join(" ");
  return `search ${search}\nnameserver ${nameServer}\noptions ndots:5\n`;
}

/** The name that a Pod's address has. */
export function nameOfPod(pod: Pod): string {
  const { hostname, subdomain } = pod.spec ?? {};
  const { namespace } = pod.metadata;
  if (hostname !== undefined && subdomain !== undefined) {
    return `${hostname}.${subdomain}.${namespace}.svc.${clusterDomain}`;
  }
  return `${(pod.status?.podIP ?? "").replaceAll(".", "-")}.${namespace}.pod.${clusterDomain}`;
}

function searchList(namespace: string): readonly string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

function searched<T>(name: string, { namespace }: Asker, look: (absolute: string) => T | null): T | null {
  if (name.endsWith(".")) return look(name.slice(0, -1));
  if (name.split(".").length > 5) return look(name);
  for (const domain of searchList(namespace)) {
    const found = look(`${name}.${domain}`);
    if (found !== null) return found;
  }
  return look(name);
}

function isAddress(name: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

/** `[host.]service.namespace.svc.cluster.local` and `1-2-3-4.namespace.pod.cluster.local`. */
function addressesOf(client: Client, absolute: string): readonly string[] | null {
  if (!absolute.endsWith(`.${clusterDomain}`)) return null;
  const labels = absolute.slice(0, -clusterDomain.length - 1).split(".");
  const kind = labels.pop();
  const namespace = labels.pop() ?? "";
  if (kind === "pod" && labels.length === 1) {
    const address = (labels[0] ?? "").replaceAll("-", ".");
    return isAddress(address) ? [address] : null;
  }
  if (kind !== "svc" || labels.length < 1 || labels.length > 2) return null;
  const service = client.get("services", namespace, labels.at(-1) ?? "");
  if (service === undefined) return null;
  const { clusterIP } = service.spec ?? {};
  if (clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None") {
    return labels.length === 1 ? [clusterIP] : null;
  }
  const all = backends(client, service);
  const chosen = labels.length === 1 ? all : all.filter(({ label }) => label === labels[0]);
  const addresses = chosen.map(({ ip }) => ip);
  return addresses.length === 0 ? null : addresses;
}

function serviceRecords(
  client: Client,
  absolute: string,
): readonly { readonly target: string; readonly port: number }[] | null {
  const [, portName, protocol, name = "", namespace = ""] =
    /^_([^.]+)\._([^.]+)\.([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(absolute) ?? [];
  const service = portName === undefined ? undefined : client.get("services", namespace, name);
  const port = service?.spec?.ports?.find(
    (candidate) => candidate.name === portName && (candidate.protocol ?? "TCP").toLowerCase() === protocol,
  );
  if (service === undefined || port === undefined) return null;
  const domain = `${name}.${namespace}.svc.${clusterDomain}`;
  if (service.spec?.clusterIP !== "None") return [{ target: domain, port: port.port }];
  const records = backends(client, service).map(({ label, ports }) => ({
    target: `${label}.${domain}`,
    port: ports.find((candidate) => candidate.name === portName)?.port ?? port.port,
  }));
  return records.length === 0 ? null : records;
}

/** One Pod behind a headless Service. */
interface Backend {
  readonly ip: string;
  /** Its host name where its subdomain is the Service, else its address with dashes. */
  readonly label: string;
  readonly ports: readonly { readonly name?: string; readonly port?: number }[];
}

/** What a headless Service's records name: the ready ones, as its endpoint slices have them, or its Endpoints. */
function backends(client: Client, service: Service): readonly Backend[] {
  const { namespace = "", name = "" } = service.metadata;
  const found: Backend[] = [];
  for (const slice of client.byIndex("endpointslices", "service-slices", `${namespace}/${name}`)) {
    for (const { addresses, conditions, hostname } of slice.endpoints ?? []) {
      const ip = addresses[0];
      if (ip === undefined || conditions?.ready === false) continue;
      found.push({ ip, label: hostname ?? ip.replaceAll(".", "-"), ports: slice.ports ?? [] });
    }
  }
  if (found.length > 0) return found;
  for (const { addresses, ports = [] } of client.get("endpoints", namespace, name)?.subsets ?? []) {
    for (const { ip, hostname } of addresses ?? []) {
      found.push({ ip, label: hostname ?? ip.replaceAll(".", "-"), ports });
    }
  }
  return found;
}
