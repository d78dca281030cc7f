import { asServed } from "../api/events/grouped-event.js";
import type { KubeObject } from "../api/meta/object.js";
import { badRequest, StatusError } from "../api/meta/status.js";
import { apiVersionOf, groupedEvents, type Resource } from "../api/resources.js";
import type { ObjectList } from "../client/api-client.js";
import type { World } from "../cluster/world.js";
import { listObjects, type Selection, selectionOf } from "../registry/requests.js";
import { CompactedError } from "../store/store.js";
import type { ChangeFeed } from "./change-feed.js";
import { serverLimits } from "./limits.js";
import type { ListQuery } from "./request-options.js";

/** Where the next page of a list begins. @see k8s.io/apiserver/pkg/storage/continue.go */
interface ContinueToken {
  readonly v: "meta.k8s.io/v1";
  /** The revision that all pages show; -1: whatever is there by then. */
  readonly rv: number;
  /** The key of the first object that the next page may have. */
  readonly start: string;
}

/**
 * A page of a list, as of the revision that the query asks for.
 * @throws StatusError BadRequest, Expired, Timeout (a revision that is still to come)
 */
export function listPage(
  world: World,
  feed: ChangeFeed,
  target: { readonly resource: Resource; readonly namespace: string },
  query: ListQuery,
): ObjectList {
  const { resource, namespace } = target;
  const selection = checkedSelection(world, resource, query);
  const token = query.continueToken === "" ? null : readToken(query.continueToken);
  if (token !== null && Number(query.resourceVersion) > 0) {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  refuseFuture(world, token === null ? Number(query.resourceVersion) : token.rv);
  const revision = token === null ? exactRevision(query) : token.rv === -1 ? null : token.rv;
  if (revision === null && token === null && query.limit === 0) {
    return listObjects(world.registry, resource, { namespace, ...selectors(query) });
  }
  const shown = revision ?? world.store.revision;
  const items = objectsAt(world, feed, target, revision, { token, query }).filter(selection.matches);
  const served = resource === groupedEvents ? items.map((item) => asServed(resource, item)) : items;
  return page(resource, served, { query, revision: shown, start: token?.start ?? "" });
}

/** An object with every part that fields can be selected of, and nothing in it. */
const emptyObject = { metadata: {}, spec: {}, status: {}, involvedObject: {}, source: {} };

/** The selection of a query, tried out: what it asks of fields that there are none is refused before anything matches. */
export function checkedSelection(world: World, resource: Resource, query: ListQuery): Selection {
  const selection = selectionOf(world.registry, resource, selectors(query));
  selection.matches(emptyObject);
  return selection;
}

/** The words and the hints that clients act on. @see k8s.io/apiserver/pkg/storage/errors.go, NewTooLargeResourceVersionError */
export function refuseFuture(world: World, revision: number): void {
  const current = world.store.revision;
  if (revision <= current) return;
  throw new StatusError("Timeout", `Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function selectors({ labelSelector, fieldSelector }: ListQuery) {
  return {
    ...(labelSelector === "" ? {} : { labelSelector }),
    ...(fieldSelector === "" ? {} : { fieldSelector }),
  };
}

/** The revision that has to be shown exactly; null: the newest will do. A limit alone asks for it too, for old clients. */
function exactRevision({ match, resourceVersion, limit }: ListQuery): number | null {
  const isPositive = resourceVersion !== "" && Number(resourceVersion) > 0;
  if (match === "Exact") return Number(resourceVersion);
  return match === "" && limit > 0 && isPositive ? Number(resourceVersion) : null;
}

/** Objects by key at a revision: what is there now, with everything that came after undone. */
function objectsAt(
  world: World,
  feed: ChangeFeed,
  { resource, namespace }: { readonly resource: Resource; readonly namespace: string },
  revision: number | null,
  { token, query }: { readonly token: ContinueToken | null; readonly query: ListQuery },
): readonly KubeObject[] {
  const current = world.registry.list(resource.name, namespace) as readonly KubeObject[];
  if (revision === null || revision === world.store.revision) return byKey(current);
  const objects = new Map(current.map((object) => [keyOf(object), object]));
  try {
    for (const { resource: changed, object, previous } of feed.changesAfter(world, revision).toReversed()) {
      const { namespace: of } = object.metadata;
      if (changed !== resource.name || (namespace !== "" && of !== namespace)) continue;
      if (previous === undefined) objects.delete(keyOf(object));
      else objects.set(keyOf(object), previous as KubeObject);
    }
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    throw expired(token, query, revision, error.oldest);
  }
  return byKey([...objects.values()]);
}

/** What a client can do who comes back too late: a token that carries on with what is there now. */
function expired(token: ContinueToken | null, query: ListQuery, revision: number, oldest: number): StatusError {
  if (token === null) return new StatusError("Expired", `too old resource version: ${revision} (${oldest})`);
  const error = new StatusError(
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without " +
      "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. " +
      "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or " +
      "deleted between the time the first chunk was returned and now may show up in the list.",
  );
  if (query.continueToken !== "") {
    Object.assign(error.status, { metadata: { continue: writeToken({ ...token, rv: -1 }) } });
  }
  return error;
}

function page(
  resource: Resource,
  all: readonly KubeObject[],
  { query, revision, start }: { readonly query: ListQuery; readonly revision: number; readonly start: string },
): ObjectList {
  const first = start === "" ? 0 : all.findIndex((object) => keyOf(object) >= start);
  const rest = first < 0 ? [] : all.slice(first);
  const limit = query.limit === 0 ? rest.length : Math.min(query.limit, serverLimits.pageLengthMax);
  const next = rest[limit];
  const hasSelector = query.labelSelector !== "" || query.fieldSelector !== "";
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: {
      resourceVersion: String(revision),
      ...(next === undefined
        ? {}
        : {
            continue: writeToken({ v: "meta.k8s.io/v1", rv: revision, start: keyOf(next) }),
            ...(hasSelector ? {} : { remainingItemCount: rest.length - limit }),
          }),
    },
    items: rest.slice(0, limit),
  };
}

/** In the order of etcd's keys. */
function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name ?? ""}`;
}

function byKey(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function writeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(text: string): ContinueToken {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (error) {
    throw invalidToken(`: ${(error as Error).message}`);
  }
  const { v, rv = 0, start = "" } = (token ?? {}) as Partial<ContinueToken>;
  if (v !== "meta.k8s.io/v1") throw invalidToken(`: server does not recognize this encoded version ${v ?? ""}`);
  if (!Number.isSafeInteger(rv) || rv === 0 || rv < -1) {
    throw invalidToken(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof start !== "string" || start === "") {
    throw invalidToken(": encoded start key empty (version meta.k8s.io/v1)");
  }
  return { v, rv, start };
}

/** @see k8s.io/apiserver/pkg/storage/continue.go, DecodeContinue */
function invalidToken(why: string): StatusError {
  return badRequest(`invalid continue token: continue key is not valid${why}`);
}
