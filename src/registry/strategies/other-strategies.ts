import { defaultStatefulSet } from "../../api/apps/stateful-set-defaults.js";
import { defaultEndpointSlice } from "../../api/discovery/endpoint-slice-defaults.js";
import { plain } from "./plain.js";

export const endpointSliceStrategy = plain("endpointslices", { setDefaults: defaultEndpointSlice });

export const statefulSetStrategy = plain("statefulsets", {
  generation: true,
  hasStatus: true,
  setDefaults: (set, { version }) => defaultStatefulSet(set, { version }),
  prepareForCreate: (set) => ({ ...set, status: { replicas: 0 } }),
});

export const controllerRevisionStrategy = plain("controllerrevisions");

export const leaseStrategy = plain("leases");
