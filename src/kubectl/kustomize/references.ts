import type { JsonObject } from "../../registry/patch/json-value.js";
import { type BuiltObject, changeAt, kindOf, nameOf, namespaceOf } from "./resource-map.js";

const podSpecs = ["spec", "spec/template/spec", "spec/jobTemplate/spec/template/spec"];
const containerLists = ["containers", "initContainers"];

/** Paths of names, by the kind of the object that is named. @see kustomize builtinpluginconsts/namereference.go */
const namePaths: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: [
    ...containerLists.flatMap((list) => [
      `${list}/env/valueFrom/configMapKeyRef/name`,
      `${list}/envFrom/configMapRef/name`,
    ]),
    "volumes/configMap/name",
    "volumes/projected/sources/configMap/name",
  ],
  Secret: [
    ...containerLists.flatMap((list) => [`${list}/env/valueFrom/secretKeyRef/name`, `${list}/envFrom/secretRef/name`]),
    "volumes/secret/secretName",
    "volumes/projected/sources/secret/name",
    "imagePullSecrets/name",
  ],
  PersistentVolumeClaim: ["volumes/persistentVolumeClaim/claimName"],
  ServiceAccount: ["serviceAccountName"],
};

/** Lets objects name each other by the names that they have in the end. */
export function withReferences(objects: readonly BuiltObject[]): readonly BuiltObject[] {
  const changed = objects.filter(({ names }) => names.length > 1);
  if (changed.length === 0) return objects;
  return objects.map((built) => {
    const namespace = namespaceOf(built.object);
    const newName = (kind: string) => (value: unknown) => {
      const target = changed.find((each) => {
        if (kindOf(each.object) !== kind || namespaceOf(each.object) !== namespace) return false;
        return typeof value === "string" && each.names.includes(value);
      });
      return target === undefined ? value : nameOf(target.object);
    };
    let object: unknown = built.object;
    for (const [kind, paths] of Object.entries(namePaths)) {
      for (const spec of podSpecs) {
        for (const path of paths) {
          object = changeAt(object, `${spec}/${path}`.split("/"), newName(kind), { creates: false });
        }
      }
    }
    if (kindOf(built.object) === "StatefulSet") {
      object = changeAt(object, ["spec", "serviceName"], newName("Service"), { creates: false });
    }
    if (kindOf(built.object) === "ServiceAccount") {
      for (const list of ["secrets", "imagePullSecrets"]) {
        object = changeAt(object, [list, "name"], newName("Secret"), { creates: false });
      }
    }
    return { ...built, object: object as JsonObject };
  });
}
