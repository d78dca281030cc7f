import type { KubeObject } from "../api/meta/object.js";
import { badRequest } from "../api/meta/status.js";
import { decodeRequest } from "../api/schema/decode-request.js";

/** Everybody with the token is this user, who may do everything. */
const user = {
  username: "kubernetes-admin",
  groups: ["kubeadm:cluster-admins", "system:authenticated"],
} as const;

type Review = KubeObject & { readonly spec?: Record<string, unknown> };

const everything = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
  incomplete: false,
};

interface ReviewKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly statusOf: (review: Review) => unknown;
}

const allowed = () => ({ allowed: true });

/** Kinds that are asked and answered, and never stored; by the address they are posted to. */
const kinds: Readonly<Record<string, ReviewKind>> = {
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    statusOf: (review) => {
      const { resourceAttributes, nonResourceAttributes } = review.spec ?? {};
      if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
        throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
      }
      return allowed();
    },
  },
  "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    statusOf: () => everything,
  },
  "/apis/authorization.k8s.io/v1/subjectaccessreviews": {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    statusOf: allowed,
  },
  "/apis/authentication.k8s.io/v1/selfsubjectreviews": {
    apiVersion: "authentication.k8s.io/v1",
    kind: "SelfSubjectReview",
    statusOf: () => ({ userInfo: user }),
  },
};

/** Whether a review is posted to this address. */
export function isReviewPath(pathname: string): boolean {
  return Object.hasOwn(kinds, pathname);
}

/** A review with its answer. @throws StatusError BadRequest */
export function reviewed(pathname: string, body: unknown): unknown {
  const kind = kinds[pathname];
  if (kind === undefined) throw new Error(`no review is at ${pathname}`);
  const { apiVersion, kind: name, statusOf } = kind;
  const { object } = decodeRequest(body, { apiVersion, kind: name, fieldValidation: "Ignore" });
  const review = object as Review;
  const metadata = { ...review.metadata, creationTimestamp: null };
  return { ...review, kind: name, apiVersion, metadata, status: statusOf(review) };
}

/** The resources of the groups that have nothing but reviews, as discovery names them. */
export const reviewResources = Object.entries(kinds).map(([path, { apiVersion, kind }]) => ({
  groupVersion: apiVersion,
  name: path.slice(path.lastIndexOf("/") + 1),
  kind,
}));
