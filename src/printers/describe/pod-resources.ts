import type { Container, Pod } from "../../api/generated/types.js";
import { addQuantities, compareQuantities } from "../../api/meta/quantity.js";

/** Amounts of resources by name. */
export interface Amounts {
  readonly [name: string]: string | number;
}

/** What a Pod asks for. */
export function podRequests(pod: Pod): Amounts {
  return podAmounts(pod, "requests");
}

/** What a Pod may use. */
export function podLimits(pod: Pod): Amounts {
  return podAmounts(pod, "limits");
}

/**
 * The containers' amounts together, or where that is more what an init container takes beside the sidecars that
 * were started before it; then the overhead. Amounts of the Pod itself win over those of its containers.
 * @see component-helpers resource/helpers.go, AggregateContainerRequests
 */
function podAmounts({ spec }: Pod, kind: "requests" | "limits"): Amounts {
  let running: Amounts = {};
  let initPeak: Amounts = {};
  let sidecars: Amounts = {};
  for (const container of spec?.containers ?? []) {
    running = combine(running, amountsOf(container, kind), addQuantities);
  }
  for (const container of spec?.initContainers ?? []) {
    const amounts = amountsOf(container, kind);
    if (container.restartPolicy === "Always") {
      sidecars = combine(sidecars, amounts, addQuantities);
      running = combine(running, amounts, addQuantities);
      initPeak = combine(initPeak, sidecars, larger);
    } else {
      initPeak = combine(initPeak, combine(sidecars, amounts, addQuantities), larger);
    }
  }
  const total = { ...combine(running, initPeak, larger), ...(spec?.resources?.[kind] ?? {}) };
  const overhead = spec?.overhead ?? {};
  // Overhead adds to a limit only where there is one.
  const added = Object.entries(overhead).filter(([name]) => kind === "requests" || total[name] !== undefined);
  return combine(total, Object.fromEntries(added), addQuantities);
}

function amountsOf({ resources }: Container, kind: "requests" | "limits"): Amounts {
  return resources?.[kind] ?? {};
}

function combine(a: Amounts, b: Amounts, merge: (a: string | number, b: string | number) => string | number): Amounts {
  const result: Record<string, string | number> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const other = result[name];
    result[name] = other === undefined ? amount : merge(other, amount);
  }
  return result;
}

function larger(a: string | number, b: string | number): string | number {
  return compareQuantities(a, b) >= 0 ? a : b;
}
