import { decodeAs } from "./decode.js";

/**
 * Why an object's metadata cannot be read, as kubectl tells before it asks any server: `json: cannot unmarshal number into
 * Go struct field ObjectMeta.metadata.name of type string`. Undefined when nothing is wrong with it.
 * @see k8s.io/cli-runtime/pkg/resource/metadata_decoder.go
 */
export function metadataError(object: { readonly metadata?: unknown }): string | undefined {
  const { metadata } = object;
  if (metadata === undefined || metadata === null) return undefined;
  // Any kind would do: only what all of them have in common is looked at.
  const error = decodeAs("ConfigMap", { metadata }).error;
  return error?.replace("Go struct field ConfigMap.metadata of", "Go struct field metadataOnlyObject.metadata of");
}
