import type { KubeObject } from "../api/meta/object.js";
import { badRequest } from "../api/meta/status.js";
import { type ResourceName, resources } from "../api/resources.js";
import type { Strategy } from "./strategy.js";

interface FieldRequirement {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

/**
 * A test of objects by a field selector such as `status.phase!=Running,metadata.name=pi`.
 * @throws StatusError BadRequest: the selector does not parse, or names a field that the resource does not offer
 * @see k8s.io/apimachinery/pkg/fields/selector.go
 */
export function fieldSelection<Name extends ResourceName>(
  text: string,
  strategy: Strategy<Name>,
): { readonly matches: (object: KubeObject) => boolean; readonly exact: ReadonlyMap<string, string> } {
  const requirements = parse(text);
  const exact = new Map<string, string>();
  for (const { field, value, equal } of requirements) if (equal) exact.set(field, value);
  // Also where there is nothing to be tested: what a resource offers does not depend on what there is of it.
  const offered = fieldsOf({ metadata: {} } as KubeObject, strategy);
  for (const { field } of requirements) {
    if (offered[field] === undefined) throw unsupportedField(field, strategy.resource);
  }
  const matches = (object: KubeObject) => {
    const fields = fieldsOf(object, strategy);
    return requirements.every(({ field, value, equal }) => (fields[field] === value) === equal);
  };
  return { matches, exact };
}

function fieldsOf<Name extends ResourceName>(object: KubeObject, strategy: Strategy<Name>): Record<string, string> {
  const particular = strategy.selectableFields?.(object as never) ?? {};
  const { name = "", namespace } = object.metadata;
  return {
    ...particular,
    "metadata.name": name,
    ...(resources[strategy.resource].namespaced ? { "metadata.namespace": namespace ?? "" } : {}),
  };
}

function parse(text: string): FieldRequirement[] {
  const requirements: FieldRequirement[] = [];
  for (const term of text.split(",")) {
    if (term === "") continue;
    const operator = /(?<!\\)(!=|==|=)/.exec(term);
    if (operator === null) {
      const why = `invalid selector: '${text}'; can't understand '${term}'`;
      throw badRequest(why);
    }
    requirements.push({
      field: term.slice(0, operator.index),
      value: unescaped(term.slice(operator.index + operator[0].length)),
      equal: operator[0] !== "!=",
    });
  }
  return requirements;
}

function unescaped(value: string): string {
  return value.replace(/\\([\\,=])/g, "$1");
}

/** Resources for whose fields Kubernetes has a list of its own. @see kubernetes pkg/apis/core/v1/conversion.go */
const withOwnFields: ReadonlySet<string> = new Set(["pods", "nodes", "events", "namespaces", "secrets", "services"]);

/** `field label not supported: spec.foo`, in the words that the API server finds for each resource. */
function unsupportedField(field: string, resource: ResourceName): Error {
  if (resource === "jobs") return badRequest(`field label ${JSON.stringify(field)} not supported for Job`);
  if (withOwnFields.has(resource)) return badRequest(`field label not supported: ${field}`);
  const known = '"metadata.name", "metadata.namespace"';
  return badRequest(`${JSON.stringify(field)} is not a known field selector: only ${known}`);
}
