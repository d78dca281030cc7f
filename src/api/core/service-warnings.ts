import type { Service } from "../generated/types.js";
import { type EmulatedVersion, isAtLeast } from "../versions/emulated-version.js";

/** From this version on addresses that a Service takes by itself are advised against. */
const externalIpsDeprecatedSince: EmulatedVersion = "1.36";

/** @see kubernetes v1.36 pkg/api/service/warnings.go, GetWarningsForService */
export function warningsForService(
  service: Service,
  { version }: { readonly version: EmulatedVersion },
): readonly string[] {
  const warnings: string[] = [];
  const spec = service.spec ?? {};
  if ((spec.externalIPs ?? []).length > 0 && isAtLeast(version, externalIpsDeprecatedSince)) {
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (spec.type === "ExternalName" && (spec.externalIPs ?? []).length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.type !== "LoadBalancer" && spec.loadBalancerIP) {
    warnings.push('spec.loadBalancerIP is ignored when spec.type is not "LoadBalancer"');
  }
  return warnings;
}
