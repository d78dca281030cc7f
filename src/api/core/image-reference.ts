/**
 * The tag that an image reference asks for: `latest` where it names neither tag nor digest, empty where it only names
 * a digest.
 * @see kubernetes v1.36 pkg/util/parsers/parsers.go, ParseImageName
 */
export function imageTag(reference: string): string {
  const at = reference.indexOf("@");
  const name = at === -1 ? reference : reference.slice(0, at);
  const colon = name.lastIndexOf(":");
  if (colon > name.lastIndexOf("/")) return name.slice(colon + 1);
  return at === -1 ? "latest" : "";
}

/** The pull policy of an image that names none. */
export function defaultPullPolicy(reference: string): "Always" | "IfNotPresent" {
  return isReference(reference) && imageTag(reference) === "latest" ? "Always" : "IfNotPresent";
}

/** What does not parse as a reference at all has no tag either. */
function isReference(reference: string): boolean {
  return /^[a-zA-Z0-9][\w./:@-]*$/.test(reference);
}
