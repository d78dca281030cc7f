import { TabWriter } from "../printers/tab-writer.js";
import type { VerbContext } from "./verb.js";
import { post } from "./verbs/auth.js";

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface RulesStatus {
  readonly resourceRules?: readonly Rule[];
  readonly nonResourceRules?: readonly Rule[];
  readonly incomplete?: boolean;
  readonly evaluationError?: string;
}

/**
 * `auth can-i --list`: what the server says that one may do, a line for each kind of object and each address.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/auth/cani.go, printStatus
 */
export async function listAccess({ noHeaders }: { readonly noHeaders: boolean }, context: VerbContext): Promise<void> {
  const kind = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview" };
  const review = { ...kind, spec: { namespace: context.namespace } };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const { status = {} } = (await post(path, review, context)) as { readonly status?: RulesStatus };
  const { resourceRules = [], nonResourceRules = [], incomplete, evaluationError = "" } = status;
  if (incomplete === true) context.edge.err(`Warning: the list may be incomplete: ${evaluationError}\n`);
  const rules = compact([...resourceRules, ...nonResourceRules].flatMap(breakDown));
  const writer = new TabWriter((text) => context.edge.out(text));
  if (!noHeaders) writer.write("Resources\tNon-Resource URLs\tResource Names\tVerbs\n");
  for (const { resources, apiGroups, nonResourceURLs, resourceNames, verbs } of rules.sort(byText)) {
    const what = combined(resources ?? [], apiGroups ?? []);
    writer.write(`${what}\t${goList(nonResourceURLs)}\t${goList(resourceNames)}\t${goList(verbs)}\n`);
  }
  writer.flush();
}

/** A rule for each of its parts. @see k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go, BreakdownRule */
function breakDown({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Rule) {
  const rules: Rule[] = [];
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const rule = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) rules.push(rule);
        for (const name of resourceNames) rules.push({ ...rule, resourceNames: [name] });
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) rules.push({ nonResourceURLs: [url], verbs: [verb] });
  return rules;
}

/** Rules about the same objects become one; those about addresses stay. @see k8s.io/kubectl/pkg/util/rbac/rbac.go, CompactRules */
function compact(rules: readonly Rule[]): Rule[] {
  const byObjects = new Map<string, Rule>();
  const others: Rule[] = [];
  for (const rule of rules) {
    if (rule.resources === undefined) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = byObjects.get(key)?.verbs ?? [];
    const more = (rule.verbs ?? []).filter((verb) => !known.includes(verb));
    byObjects.set(key, { ...rule, verbs: [...known, ...more] });
  }
  return [...byObjects.values(), ...others];
}

/** As Go prints a rule, which is what they are sorted by. */
function byText(left: Rule, right: Rule): number {
  const [first, second] = [textOf(left), textOf(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function textOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string {
  const parts = [verbs, apiGroups, resources, resourceNames].map(goList);
  return `&PolicyRule{Verbs:${parts[0]},APIGroups:${parts[1]},Resources:${parts[2]},ResourceNames:${parts[3]},NonResourceURLs:${goList(nonResourceURLs)},}`;
}

function goList(list: readonly string[] = []): string {
  return `[${list.join(" ")}]`;
}

/** `pods/log`, `jobs.batch/status`: the group stands before the subresource. */
function combined([resource = ""]: readonly string[], [group = ""]: readonly string[]): string {
  const [name = "", ...subresource] = resource.split("/");
  return [group === "" ? name : `${name}.${group}`, ...subresource].join("/");
}
