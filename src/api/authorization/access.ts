import { type GroupResource, StatusError } from "../meta/status.js";

/** Who asks. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

/** Whom a request is made for, instead of whoever makes it. */
export interface Impersonation {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid: string;
}

/** What is to be done, to objects or to an address that is none of theirs. */
export type AccessRequest =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      /** "" for all namespaces, or objects without. */
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

interface AddressRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

interface AccessRules {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly AddressRule[];
}

/** Whoever uses a cluster of kjob is this user. */
export const clusterAdmin: User = {
  username: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:authenticated"],
};

const everything: AccessRules = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};

const publicAddresses = ["/healthz", "/livez", "/readyz", "/version", "/version/"];
const discoveryAddresses = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"];
const publicInformation = { verbs: ["get"], nonResourceURLs: publicAddresses };
const selfReviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"];

/**
 * The roles that a fresh cluster gives to groups; kjob has no others, and nobody can be given one. So all but the admin, and
 * whoever is said to be in its groups, may find out what there is and who they are, and nothing else.
 * @see kubernetes v1.36 plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go
 */
const rulesByGroup: Readonly<Record<string, AccessRules>> = {
  "system:masters": everything,
  "kubeadm:cluster-admins": everything,
  "system:authenticated": {
    resourceRules: [
      { verbs: ["create"], apiGroups: ["authorization.k8s.io"], resources: selfReviews },
      { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
    ],
    nonResourceRules: [
      publicInformation,
      { verbs: ["get"], nonResourceURLs: [...discoveryAddresses, ...publicAddresses] },
    ],
  },
  "system:unauthenticated": { resourceRules: [], nonResourceRules: [publicInformation] },
};

const accountPrefix = "system:serviceaccount:";

/**
 * The user that a request is made for. Groups that are not named follow from the name.
 * @see k8s.io/apiserver/pkg/endpoints/filters/impersonation.go
 */
export function impersonatedUser({ username, groups, uid }: Impersonation): User {
  const implied = groups.length > 0 ? groups : groupsOfAccount(username);
  const isAnonymous = username === "system:anonymous";
  const common = isAnonymous ? "system:unauthenticated" : "system:authenticated";
  return { username, groups: [...new Set([...implied, common])], ...(uid === "" ? {} : { uid }) };
}

function groupsOfAccount(username: string): readonly string[] {
  if (!username.startsWith(accountPrefix)) return [];
  const [namespace = ""] = username.slice(accountPrefix.length).split(":");
  return ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
}

/** All that a user may do. */
export function rulesOf({ groups }: User): AccessRules {
  const found = groups.flatMap((group) => (Object.hasOwn(rulesByGroup, group) ? (rulesByGroup[group] ?? []) : []));
  return {
    resourceRules: found.flatMap(({ resourceRules }) => resourceRules),
    nonResourceRules: found.flatMap(({ nonResourceRules }) => nonResourceRules),
  };
}

export function isAllowed(user: User, request: AccessRequest): boolean {
  const { resourceRules, nonResourceRules } = rulesOf(user);
  if ("path" in request) {
    return nonResourceRules.some(
      ({ verbs, nonResourceURLs }) =>
        has(verbs, request.verb) && nonResourceURLs.some((pattern) => isUnder(request.path, pattern)),
    );
  }
  return resourceRules.some(
    ({ verbs, apiGroups, resources }) =>
      has(verbs, request.verb) &&
      has(apiGroups, request.group) &&
      has(resources, request.subresource === "" ? request.resource : `${request.resource}/${request.subresource}`),
  );
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes("*") || list.includes(wanted);
}

function isUnder(path: string, pattern: string): boolean {
  return pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/**
 * Lets pass what the user may do.
 * @throws StatusError Forbidden
 * @see k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage
 */
export function requireAccess(user: User, request: AccessRequest): void {
  if (isAllowed(user, request)) return;
  const who = `User ${JSON.stringify(user.username)} cannot ${request.verb}`;
  if ("path" in request) {
    throw new StatusError("Forbidden", `forbidden: ${who} path ${JSON.stringify(request.path)}`, {});
  }
  const { group, resource, subresource, namespace, name } = request;
  const part = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  const why = `${who} resource ${JSON.stringify(part)} in API group ${JSON.stringify(group)} ${where}`;
  const kind: GroupResource = { group, resource };
  const what = `${group === "" ? resource : `${resource}.${group}`}${name === "" ? "" : ` ${JSON.stringify(name)}`}`;
  const details = { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: kind.resource };
  throw new StatusError("Forbidden", `${what} is forbidden: ${why}`, details);
}

/** The headers by which a request says whom it is made for. */
export function impersonationHeaders({ username, groups, uid }: Impersonation): readonly (readonly [string, string])[] {
  return [
    ["impersonate-user", username],
    ...groups.map((group) => ["impersonate-group", group] as const),
    ...(uid === "" ? [] : [["impersonate-uid", uid] as const]),
  ];
}
