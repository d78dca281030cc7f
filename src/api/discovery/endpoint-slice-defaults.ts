import { change, changeItems, fill } from "../core/defaulting.js";
import type { DiscoveryEndpointPort, EndpointSlice } from "../generated/types.js";

const portDefaults: Partial<DiscoveryEndpointPort> = { name: "", protocol: "TCP" };

/** @see kubernetes v1.36 pkg/apis/discovery/v1/defaults.go, SetDefaults_EndpointPort */
export function defaultEndpointSlice(slice: EndpointSlice): EndpointSlice {
  return change(slice, "ports", (ports) => changeItems(ports, (port) => fill(port, portDefaults)));
}
