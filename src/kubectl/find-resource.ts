import { type Resource, servedResources } from "../api/resources.js";
import { UsageError } from "./errors.js";

/**
 * The resource that a word on the command line names: `jobs`, `job`, `Job`, `jobs.batch`, `jobs.v1.batch`, `cj`. Short
 * names count only as they are written, the others in any case. Throws a UsageError where there is none.
 * @see kubernetes v1.36 staging/src/k8s.io/cli-runtime/pkg/resource/builder.go, mappingFor
 */
export function findResource(word: string): Resource {
  const found = lookUpResource(word);
  if (found === undefined) {
    throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(cutAtDot(word).first)}`);
  }
  return found;
}

/** The same, undefined where there is none. */
export function lookUpResource(word: string): Resource | undefined {
  const { first, rest } = cutAtDot(word);
  const name = expandShortName(first);
  const { first: version, rest: group } = cutAtDot(rest);
  const all: readonly Resource[] = servedResources;
  const candidates = all.filter((each) => isNamed(each, name));
  if (rest === "") return candidates[0];
  return (
    (group === "" ? undefined : candidates.find((each) => each.version === version && each.group === group)) ??
    candidates.find((each) => each.group === rest) ??
    candidates.find((each) => each.group !== "" && each.group.startsWith(rest))
  );
}

function isNamed(resource: Resource, name: string): boolean {
  const lower = name.toLowerCase();
  return resource.name === lower || resource.singular === lower;
}

function expandShortName(word: string): string {
  for (const resource of servedResources) {
    if (resource.shortNames.includes(word)) return resource.name;
  }
  return word;
}

/**
 * What is said of a short name that stands for more than one resource; undefined where it does not.
 * @see kubernetes v1.36 staging/src/k8s.io/client-go/restmapper/shortcut.go, expandResourceShortcut
 */
export function shortNameWarning(word: string): string | undefined {
  const [, ...others] = servedResources.filter(({ shortNames }) => shortNames.includes(word));
  const texts = others.map(({ name, group }) => `${name}.${group}`);
  if (texts.length === 0) return undefined;
  return `short name ${JSON.stringify(word)} could also match lower priority resource ${texts.join(", ")}`;
}

function cutAtDot(word: string): { readonly first: string; readonly rest: string } {
  const dot = word.indexOf(".");
  return dot === -1 ? { first: word, rest: "" } : { first: word.slice(0, dot), rest: word.slice(dot + 1) };
}

/**
 * The resources of a category such as `all`; undefined where there is none. In the order in which an API server lists
 * them: the core group first, then by group, then by name.
 */
export function expandCategory(word: string): readonly Resource[] | undefined {
  const members = servedResources.filter((resource) => resource.categories.includes(word));
  if (members.length === 0) return undefined;
  return members.sort((left, right) => compare(left.group, right.group) || compare(left.name, right.name));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `job.batch`, `pod`: what stands before a name in `job.batch/pi`. */
export function qualifiedSingular({ singular, group }: Resource): string {
  return group === "" ? singular : `${singular}.${group}`;
}

/** `batch/v1, Resource=jobs`, `/v1, Resource=pods`: how Go prints a resource. */
export function goResourceText({ group, version, name }: Resource): string {
  return `${group}/${version}, Resource=${name}`;
}

/** `Job.batch`, `Pod`: a kind as Go prints it. */
export function qualifiedKind({ kind, group }: Resource): string {
  return group === "" ? kind : `${kind}.${group}`;
}
