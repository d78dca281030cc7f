import { defaultPersistentVolumeClaim } from "../core/cluster-defaults.js";
import { change, changeItems, fill, fillEmpty } from "../core/defaulting.js";
import { defaultPodTemplate } from "../core/pod-defaults.js";
import type { StatefulSet, StatefulSetSpec } from "../generated/types.js";
import type { EmulatedVersion } from "../versions/emulated-version.js";
import { isEnabled } from "../versions/feature-gates.js";

/** @see kubernetes v1.36 pkg/apis/apps/v1/defaults.go, SetDefaults_StatefulSet */
export function defaultStatefulSet(set: StatefulSet, { version }: { readonly version: EmulatedVersion }): StatefulSet {
  const filled = fill(set, { spec: { selector: {}, template: {} }, status: { replicas: 0 } });
  return change(filled, "spec", (spec) => defaultSpec(spec, version));
}

function defaultSpec(spec: StatefulSetSpec, version: EmulatedVersion): StatefulSetSpec {
  let result = fill(spec, { updateStrategy: {}, replicas: 1, revisionHistoryLimit: 10, template: {}, selector: {} });
  result = fillEmpty(result, { podManagementPolicy: "OrderedReady" });
  result = change(result, "updateStrategy", (strategy) => {
    const typed = fillEmpty(strategy, { type: "RollingUpdate" });
    if (typed.type !== "RollingUpdate") return typed;
    return change(fill(typed, { rollingUpdate: {} }), "rollingUpdate", (rolling) => fill(rolling, { partition: 0 }));
  });
  if (isEnabled("StatefulSetAutoDeletePVC", version)) {
    result = change(
      fill(result, { persistentVolumeClaimRetentionPolicy: {} }),
      "persistentVolumeClaimRetentionPolicy",
      (policy) => fillEmpty(policy, { whenDeleted: "Retain", whenScaled: "Retain" }),
    );
  }
  result = change(result, "volumeClaimTemplates", (claims) => changeItems(claims, defaultPersistentVolumeClaim));
  return change(result, "template", defaultPodTemplate);
}
