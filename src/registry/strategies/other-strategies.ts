import { defaultStatefulSet } from "../../api/apps/stateful-set-defaults.js";
import { validateStatefulSet, validateStatefulSetUpdate } from "../../api/apps/stateful-set-validation.js";
import { warningsForPodTemplate } from "../../api/core/pod-warnings.js";
import { defaultEndpointSlice } from "../../api/discovery/endpoint-slice-defaults.js";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "../../api/discovery/endpoint-slice-validation.js";
import { FieldPath } from "../../api/meta/field-path.js";
import { plain } from "./plain.js";

export const endpointSliceStrategy = plain("endpointslices", {
  generation: true,
  setDefaults: defaultEndpointSlice,
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
});

export const statefulSetStrategy = plain("statefulsets", {
  generation: true,
  hasStatus: true,
  setDefaults: (set, { version }) => defaultStatefulSet(set, { version }),
  prepareForCreate: (set) => ({ ...set, status: { availableReplicas: 0, replicas: 0 } }),
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: (next, previous) =>
    next.spec === undefined || next.metadata.generation === previous?.metadata.generation
      ? []
      : warningsForPodTemplate(next.spec.template, FieldPath.of("spec").child("template")),
});

export const controllerRevisionStrategy = plain("controllerrevisions");

export const leaseStrategy = plain("leases");
