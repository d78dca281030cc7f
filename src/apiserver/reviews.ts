import { isAllowed, rulesOf, type User } from "../api/authorization/access.js";
import type { KubeObject } from "../api/meta/object.js";
import { invalid } from "../api/meta/status.js";
import { decodeRequest } from "../api/schema/decode-request.js";

type Review = KubeObject & { readonly spec?: Record<string, unknown> };

interface ReviewKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly statusOf: (review: Review, user: User) => unknown;
}

function access(review: Review, user: User): { readonly allowed: boolean } {
  const { resourceAttributes, nonResourceAttributes } = review.spec ?? {};
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const isNone = resourceAttributes === undefined;
    const field = isNone ? "spec.resourceAttributes" : "spec.nonResourceAttributes";
    const message = isNone
      ? "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified"
      : `Invalid value: ${JSON.stringify(nonResourceAttributes)}: cannot be specified in combination with resourceAttributes`;
    throw invalid({ group: "authorization.k8s.io", kind: "" }, "", [{ field, type: "FieldValueInvalid", message }]);
  }
  const none = { group: "", resource: "", subresource: "", namespace: "", name: "", verb: "", path: "" };
  if (resourceAttributes === undefined) {
    const { verb, path } = { ...none, ...(nonResourceAttributes as Partial<typeof none>) };
    return { allowed: isAllowed(user, { verb, path }) };
  }
  const { path: _none, ...request } = { ...none, ...(resourceAttributes as Partial<typeof none>) };
  return { allowed: isAllowed(user, request) };
}

function subjectOf({ spec = {} }: Review): User {
  const { user = "", groups = [] } = spec as { readonly user?: string; readonly groups?: readonly string[] };
  return { username: user, groups };
}

/** Kinds that are asked and answered, and never stored; by the address they are posted to. */
const kinds: Readonly<Record<string, ReviewKind>> = {
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    statusOf: access,
  },
  "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    statusOf: (_, user) => ({ ...rulesOf(user), incomplete: false }),
  },
  "/apis/authorization.k8s.io/v1/subjectaccessreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    statusOf: (review) => access(review, subjectOf(review)),
  },
  "/apis/authentication.k8s.io/v1/selfsubjectreviews": {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
    statusOf: (_, user) => ({ userInfo: user }),
  },
};

/** Whether a review is posted to this address. */
export function isReviewPath(pathname: string): boolean {
  return Object.hasOwn(kinds, pathname);
}

/** The kind of review that is posted to an address. */
export function reviewKind(pathname: string): string {
  return kinds[pathname]?.kind ?? "";
}

/** A review with its answer. @throws StatusError BadRequest, Invalid */
export function reviewed(pathname: string, body: unknown, user: User): unknown {
  const kind = kinds[pathname];
  if (kind === undefined) throw new Error(`no review is at ${pathname}`);
  const { apiVersion, kind: name, statusOf } = kind;
  const { object } = decodeRequest(body, { apiVersion, kind: name, fieldValidation: "Ignore" });
  const review = object as Review;
  return { ...review, kind: name, apiVersion, metadata: review.metadata ?? {}, status: statusOf(review, user) };
}

/** The resources of the groups that have nothing but reviews, as discovery names them. */
export const reviewResources = Object.entries(kinds).map(([path, { apiVersion, kind }]) => ({
  groupVersion: apiVersion,
  name: path.slice(path.lastIndexOf("/") + 1),
  kind,
}));
