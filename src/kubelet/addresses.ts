import type { Node, Pod } from "../api/generated/types.js";
import type { Context, Table } from "../client/component.js";

/** The addresses of one node's Pods. */
interface NodeAddresses {
  /** Number of the address that is tried next, as the host-local plug-in goes round. */
  next: number;
  /** Pod keys by the address's number in the range. */
  readonly used: Record<number, string>;
  count: number;
}

/** Gives Pods their addresses, from the range of their node. */
export class Addresses {
  readonly #nodes: Table<NodeAddresses>;
  /** By address: its node, and its number in the node's range. */
  readonly #owners: Table<readonly [node: string, number: number]>;

  constructor(context: Pick<Context, "table">) {
    this.#nodes = context.table("addresses");
    this.#owners = context.table("address-nodes");
  }

  /** A free address of a node; null where all are taken. */
  take(node: Node, podKey: string): string | null {
    const name = node.metadata.name ?? "";
    const { first, count } = rangeOf(node.spec?.podCIDR);
    const row = this.#nodes.get(name) ?? { next: 2, used: {}, count: 0 };
    // Network, gateway and broadcast addresses are nobody's.
    if (row.count >= count - 3) return null;
    while (row.used[row.next] !== undefined) row.next = row.next + 1 >= count - 1 ? 2 : row.next + 1;
    const number = row.next;
    row.used[number] = podKey;
    row.count += 1;
    row.next = number + 1 >= count - 1 ? 2 : number + 1;
    const ip = addressText(first + number);
    this.#nodes.put(name, row);
    this.#owners.put(ip, [name, number]);
    return ip;
  }

  release(nodeName: string, ip: string): void {
    const row = this.#nodes.get(nodeName);
    const owner = this.#owners.get(ip);
    if (row === undefined || owner === undefined) return;
    delete row.used[owner[1]];
    row.count -= 1;
    this.#nodes.put(nodeName, row);
    this.#owners.delete(ip);
  }

  /** The key of the Pod that has an address; undefined where none has. */
  podKeyOf(ip: string): string | undefined {
    const owner = this.#owners.get(ip);
    return owner === undefined ? undefined : this.#nodes.get(owner[0])?.used[owner[1]];
  }
}

const wholeRange = "10.244.0.0/24";

interface Range {
  readonly first: number;
  readonly count: number;
}

const ranges = new Map<string, Range>();
const rangesMax = 1000;

/** The addresses of a CIDR, read once. */
function rangeOf(cidr: string | undefined): Range {
  const text = cidr === undefined || cidr === "" ? wholeRange : cidr;
  let range = ranges.get(text);
  if (range === undefined) {
    const [address = "", bits = "24"] = text.split("/");
    const first = address.split(".").reduce((value, part) => value * 256 + Number(part), 0);
    range = { first, count: 2 ** (32 - Number(bits)) };
    if (ranges.size >= rangesMax) ranges.clear();
    ranges.set(text, range);
  }
  return range;
}

function addressText(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The node's own address, which Pods with hostNetwork share. */
export function internalIp(node: Node | undefined): string {
  return node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
}

export function usesHostNetwork(pod: Pod): boolean {
  return pod.spec?.hostNetwork === true;
}
