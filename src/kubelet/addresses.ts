import type { Node, Pod } from "../api/generated/types.js";
import type { Context, Table } from "../client/component.js";

/** The addresses of one node's Pods. */
interface NodeAddresses {
  /** Number of the address that is tried next, as the host-local plug-in goes round. */
  next: number;
  /** Pod keys by address. */
  readonly used: Record<string, string>;
}

/** Gives Pods their addresses, from the range of their node. */
export class Addresses {
  readonly #nodes: Table<NodeAddresses>;
  readonly #owners: Table<string>;

  constructor(context: Pick<Context, "table">) {
    this.#nodes = context.table("addresses");
    this.#owners = context.table("address-nodes");
  }

  /** A free address of a node; null where all are taken. */
  take(node: Node, podKey: string): string | null {
    const name = node.metadata.name ?? "";
    const { first, count } = rangeOf(node.spec?.podCIDR);
    const row = this.#nodes.get(name) ?? { next: 2, used: {} };
    for (let tries = 0; tries < count; tries++) {
      const number = row.next;
      row.next = number + 1 >= count - 1 ? 2 : number + 1;
      const ip = addressText(first + number);
      if (row.used[ip] !== undefined) continue;
      row.used[ip] = podKey;
      this.#nodes.put(name, row);
      this.#owners.put(ip, name);
      return ip;
    }
    return null;
  }

  release(nodeName: string, ip: string): void {
    const row = this.#nodes.get(nodeName);
    if (row === undefined) return;
    delete row.used[ip];
    this.#nodes.put(nodeName, row);
    this.#owners.delete(ip);
  }

  /** The key of the Pod that has an address; undefined where none has. */
  podKeyOf(ip: string): string | undefined {
    const node = this.#owners.get(ip);
    return node === undefined ? undefined : this.#nodes.get(node)?.used[ip];
  }
}

const wholeRange = "10.244.0.0/24";

function rangeOf(cidr: string | undefined): { readonly first: number; readonly count: number } {
  const [address = "", bits = "24"] = (cidr === undefined || cidr === "" ? wholeRange : cidr).split("/");
  const first = address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
  return { first, count: 2 ** (32 - Number(bits)) };
}

function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** The node's own address, which Pods with hostNetwork share. */
export function internalIp(node: Node | undefined): string {
  return node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
}

export function usesHostNetwork(pod: Pod): boolean {
  return pod.spec?.hostNetwork === true;
}
