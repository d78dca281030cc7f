import { defaultService } from "../../api/core/service-defaults.js";
import { validateService, validateServiceUpdate } from "../../api/core/service-validation.js";
import type { Service } from "../../api/generated/types.js";
import type { StrategyContext } from "../strategy.js";
import { plain } from "./plain.js";

/** The range that cluster IPs come from is 10.96.0.0/12; these are its host numbers, without the `kubernetes` Service's. */
const hostNumbers = { min: 2, max: 2 ** 20 - 2 };

export const serviceStrategy = plain("services", {
  hasStatus: true,
  setDefaults: (service, { version }) => defaultService(service, { version }),
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  prepareForCreate: (service, context) => withClusterIp({ ...service, status: { loadBalancer: {} } }, context),
  prepareForUpdate: (next, previous) => {
    const spec = next.spec ?? {};
    const { clusterIP, clusterIPs } = previous.spec ?? {};
    const kept = spec.clusterIP === undefined && spec.type !== "ExternalName" ? { clusterIP, clusterIPs } : {};
    return { ...next, spec: { ...spec, ...kept }, status: previous.status };
  },
});

function withClusterIp(service: Service, context: StrategyContext): Service {
  const { spec = {} } = service;
  if (spec.type === "ExternalName") return service;
  const clusterIP = spec.clusterIP || freeClusterIp(context);
  if (spec.clusterIPs !== undefined && spec.clusterIP) return service;
  return { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
}

/** A seeded address that no other Service has. */
function freeClusterIp(context: StrategyContext): string {
  const taken = new Set(context.list("services", "").map((service) => service.spec?.clusterIP));
  for (let attempt = 0; ; attempt++) {
    const number = context.random.between(
      hostNumbers.min,
      hostNumbers.max,
      "cluster-ip",
      context.nextRevision,
      attempt,
    );
    const address = `10.${96 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
    if (!taken.has(address)) return address;
  }
}
