import type { Container, Pod } from "../api/generated/types.js";
import { UsageError } from "./errors.js";

/** The annotation that names the container meant where none is named. */
const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/** All containers in the order in which they are started: init, regular, ephemeral. */
export function containersOf({ spec }: Pod): readonly Pick<Container, "name">[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
}

/**
 * The container that is meant where none is named, and what kubectl says about the choice where there was one.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/util/podcmd/podcmd.go, FindOrDefaultContainerByName
 */
export function defaultContainer(pod: Pod): { readonly name: string; readonly notice?: string } {
  const annotated = pod.metadata.annotations?.[defaultContainerAnnotation] ?? "";
  if (annotated !== "" && containersOf(pod).some(({ name }) => name === annotated)) return { name: annotated };
  const [first] = pod.spec?.containers ?? [];
  if (first === undefined) throw new UsageError(`pod ${pod.metadata.name ?? ""} has no containers`);
  if (containersOf(pod).length === 1) return { name: first.name };
  return { name: first.name, notice: `Defaulted container "${first.name}" out of: ${containerNames(pod)}\n` };
}

/** The container of this name. Throws a UsageError where there is none. */
export function findContainer(pod: Pod, wanted: string): string {
  if (containersOf(pod).some(({ name }) => name === wanted)) return wanted;
  throw new UsageError(
    `container ${wanted} is not valid for pod ${pod.metadata.name ?? ""} out of: ${containerNames(pod)}`,
  );
}

/** `sorter, anchor (init)`: the regular containers first. */
function containerNames({ spec }: Pod): string {
  return [
    ...(spec?.containers ?? []).map(({ name }) => name),
    ...(spec?.ephemeralContainers ?? []).map(({ name }) => `${name} (ephem)`),
    ...(spec?.initContainers ?? []).map(({ name }) => `${name} (init)`),
  ].join(", ");
}
