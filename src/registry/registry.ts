import type { DeleteOptions, PodCondition, PodStatus } from "../api/generated/types.js";
import type { FieldErrors } from "../api/meta/field-error.js";
import { type EpochMs, formatTime, type KubeObject } from "../api/meta/object.js";
import { validateObjectMetaUpdate } from "../api/meta/object-meta-validation.js";
import { sameJson } from "../api/meta/same-json.js";
import {
  alreadyExists,
  badRequest,
  conflict,
  type GroupResource,
  invalid,
  namespaceTerminatingCause,
  notFound,
  objectWasModified,
  StatusError,
} from "../api/meta/status.js";
import { apiVersionOf, type ResourceName, type ResourceTypes, resources } from "../api/resources.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import { isEnabled } from "../api/versions/feature-gates.js";
import { nameAlphabet, type Random } from "../sim/random.js";
import type { Store, StoredObject } from "../store/store.js";
import { countDeletion, countGeneration, hasSpecOf, sharing } from "./changes.js";
import { copiesOf } from "./copies.js";
import { isReadyToGo, planDeletion } from "./deletion.js";
import type { Track } from "./managed-fields/tracking.js";
import { createStrategies, type Strategies } from "./strategies.js";
import type { Strategy, StrategyContext } from "./strategy.js";
import { keepSystemFields, systemMetadata, withTagsOf } from "./system-fields.js";

/** Who asks, and how. */
interface RequestOptions {
  /** A part of the control plane: its status writes are not validated again. */
  readonly trusted?: boolean;
  /** Everything but the write itself is done. */
  readonly dryRun?: boolean;
  /** A patch changes an object, whoever it is: another UID in it is a change, and no precondition. */
  readonly isPatch?: boolean;
  readonly warn?: (message: string) => void;
  /** Writes down who owns which field; the control plane's own writes are not tracked. */
  readonly track?: Track;
}

interface RegistryOptions {
  readonly store: Store;
  readonly random: Random;
  readonly version: EmulatedVersion;
  readonly now: () => EpochMs;
}

/** Longest base of a generated name: with its suffix it stays a DNS label. @see apiserver pkg/storage/names */
const generatedNameLengthMax = 63 - 5;

/** How often a name is made up at most, until one is free. @see apiserver pkg/registry/generic/registry/store.go, maxNameGenerationCreateAttempts */
const nameAttemptsMax = 8;

/**
 * The API's one door to the store: every write is defaulted, admitted, validated and made a revision here. Generic over
 * resources; what is particular to one is its {@link Strategy}.
 */
export class Registry {
  readonly #store: Store;
  readonly #random: Random;
  readonly #now: () => EpochMs;
  readonly #strategies: Strategies = createStrategies();
  /** One for all requests of the control plane: they are many. */
  readonly #trustedContext: StrategyContext;
  readonly version: EmulatedVersion;

  constructor({ store, random, version, now }: RegistryOptions) {
    this.#store = store;
    this.#random = random;
    this.#now = now;
    this.version = version;
    this.#trustedContext = this.#makeContext({ trusted: true });
  }

  strategyOf<Name extends ResourceName>(resource: Name): Strategy<Name> {
    return this.#strategies[resource] as unknown as Strategy<Name>;
  }

  get revision(): number {
    return this.#store.revision;
  }

  get nowMs(): EpochMs {
    return this.#now();
  }

  find<Name extends ResourceName>(resource: Name, namespace: string, name: string): ResourceTypes[Name] | undefined {
    return this.#store.get(resource, namespace, name) as ResourceTypes[Name] | undefined;
  }

  /** @throws StatusError NotFound */
  get<Name extends ResourceName>(resource: Name, namespace: string, name: string): ResourceTypes[Name] {
    const object = this.find(resource, namespace, name);
    if (object === undefined) throw notFound(groupResource(resource), name);
    return object;
  }

  /** By namespace, then name; "" is every namespace. */
  list<Name extends ResourceName>(resource: Name, namespace: string): readonly ResourceTypes[Name][] {
    if (namespace !== "" || !resources[resource].namespaced) {
      return this.#store.list(resource, namespace) as readonly StoredObject[] as readonly ResourceTypes[Name][];
    }
    const namespaces = this.#store.list("namespaces", "");
    const lists = namespaces.map(({ metadata }) => this.#store.list(resource, metadata.name ?? ""));
    return lists.flat() as readonly StoredObject[] as readonly ResourceTypes[Name][];
  }

  /** Objects of one namespace whose names start with `prefix`. */
  listByName<Name extends ResourceName>(
    resource: Name,
    namespace: string,
    prefix: string,
  ): readonly ResourceTypes[Name][] {
    return this.#store.listByName(resource, namespace, prefix) as readonly unknown[] as readonly ResourceTypes[Name][];
  }

  /** @throws StatusError AlreadyExists, Invalid, Forbidden, NotFound (the namespace) */
  create<Name extends ResourceName>(
    resource: Name,
    object: ResourceTypes[Name],
    options: RequestOptions = {},
  ): ResourceTypes[Name] {
    const strategy = this.strategyOf(resource);
    const context = this.#context(options);
    const named = this.#withSystemFields(resource, object);
    const { name = "", namespace = "" } = named.metadata;
    const defaulted = tracked(strategy.setDefaults(named, context), undefined, options);
    let next = strategy.prepareForCreate(defaulted, context);
    if (strategy.admit) next = strategy.admit(next, context);
    if (resources[resource].namespaced) this.#requireNamespace(resource, name, namespace);
    this.#refuseErrors(resource, name || (next.metadata.generateName ?? ""), strategy.validate(next, context));
    if (!options.trusted) for (const text of strategy.warnings?.(next, undefined, context) ?? []) context.warn(text);
    if (strategy.canonicalize) next = strategy.canonicalize(next);
    if (strategy.allocate) next = strategy.allocate(next, undefined, context);
    if (options.dryRun) {
      if (this.find(resource, namespace, name) !== undefined) throw alreadyExists(groupResource(resource), name);
      return withoutResourceVersion(next);
    }
    const versioned = this.#versioned(resource, next);
    if (this.#store.insert(resource, namespace, name, versioned)) return versioned;
    throw alreadyExists(groupResource(resource), name);
  }

  /** Replaces everything but status. @throws StatusError NotFound, Conflict, Invalid */
  update<Name extends ResourceName>(
    resource: Name,
    object: ResourceTypes[Name],
    options: RequestOptions = {},
  ): ResourceTypes[Name] {
    const strategy = this.strategyOf(resource);
    const context = this.#context(options);
    const previous = this.#previousOf(resource, object, options);
    const name = previous.metadata.name ?? "";
    const kept = keepSystemFields(object, previous);
    // What the control plane leaves as it is stored has its defaults.
    const filled = options.trusted && hasSpecOf(kept, previous) ? kept : strategy.setDefaults(kept, context);
    let next = strategy.prepareForUpdate(tracked(filled, previous, options), previous, context);
    if (next !== previous && sameJson(next, previous)) next = previous;
    if (next !== previous) {
      this.#refuseErrors(resource, name, strategy.validateUpdate(next, previous, context));
      if (strategy.allocate) next = strategy.allocate(next, previous, context);
      if (strategy.generation) next = countGeneration(next, previous);
      if (!options.trusted) for (const text of strategy.warnings?.(next, previous, context) ?? []) context.warn(text);
      next = sharing(next, previous);
    }
    if (options.dryRun || next === previous) return next;
    return this.#writeOrRemove(resource, next);
  }

  /**
   * Replaces status alone; for who is no part of the control plane, labels and annotations too, which upstream lets pass.
   * @throws StatusError NotFound, Conflict, Invalid
   * @see kubernetes pkg/registry/batch/job/strategy.go, jobStatusStrategy.PrepareForUpdate: it keeps the spec alone
   */
  updateStatus<Name extends ResourceName>(
    resource: Name,
    object: ResourceTypes[Name],
    options: RequestOptions = {},
  ): ResourceTypes[Name] {
    const strategy = this.strategyOf(resource);
    const previous = this.#previousOf(resource, object, options);
    const kept = options.trusted ? previous.metadata : withTagsOf(object.metadata, previous.metadata);
    const copies = copiesOf(resource);
    const metadata = copies.withRevision(kept, this.#store.nextResourceVersion);
    const { status } = object as { status?: unknown };
    const next = tracked(copies.withStatus(previous, metadata, status), previous, options);
    if (!options.trusted) {
      const isSameOwner = next.metadata.managedFields === previous.metadata.managedFields;
      const isSameStatus = sameJson(status, (previous as { status?: unknown }).status);
      if (isSameOwner && isSameStatus && kept === previous.metadata) return previous;
      const errors: FieldErrors = [];
      if (kept !== previous.metadata) validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
      errors.push(...(strategy.validateStatusUpdate?.(next, previous, this.#context(options)) ?? []));
      this.#refuseErrors(resource, previous.metadata.name ?? "", errors);
    }
    if (options.dryRun) return next;
    return this.#writeOrRemove(resource, next);
  }

  /**
   * Begins or carries on a deletion. The answer is the object as it is now, or as it was last.
   * @throws StatusError NotFound, Conflict (preconditions)
   */
  delete<Name extends ResourceName>(
    resource: Name,
    namespace: string,
    name: string,
    request: DeleteOptions = {},
    options: RequestOptions = {},
  ): { readonly object: ResourceTypes[Name]; readonly gone: boolean } {
    const strategy = this.strategyOf(resource);
    const object = this.get(resource, namespace, name);
    this.#checkPreconditions(resource, object, request);
    const asked = request.gracePeriodSeconds;
    if (asked !== undefined && asked < 0) throw badRequest("gracePeriodSeconds must be non-negative");
    const graceSeconds = strategy.gracePeriodSeconds?.(object, asked) ?? 0;
    const plan = planDeletion(object, {
      graceSeconds,
      propagation: propagationOf(request, strategy.defaultPropagation),
      nowMs: this.#now(),
      held: strategy.isHeld?.(object) === true,
    });
    if (plan.kind === "remove") {
      if (options.dryRun) return { object, gone: true };
      return { object: this.#remove(resource, namespace, name), gone: true };
    }
    if (options.dryRun || plan.object === object) return { object: plan.object, gone: false };
    const begun =
      object.metadata.deletionTimestamp === undefined ? strategy.prepareForDelete?.(plan.object) : undefined;
    const counted = strategy.generation ? countDeletion(begun ?? plan.object, object) : (begun ?? plan.object);
    return { object: this.#put(resource, counted), gone: false };
  }

  /** The last step of a namespace's deletion. @throws StatusError NotFound */
  finalizeNamespace(name: string): void {
    const namespace = this.get("namespaces", "", name);
    this.#writeOrRemove("namespaces", { ...namespace, spec: { ...namespace.spec, finalizers: [] } });
  }

  /** Sets the node of a Pod that has none. @throws StatusError NotFound, Conflict */
  bind(namespace: string, name: string, nodeName: string): void {
    const pod = this.get("pods", namespace, name);
    if (pod.spec?.nodeName) {
      throw conflict(
        { group: "", resource: "pods/binding" },
        name,
        `pod ${name} is already assigned to node "${pod.spec.nodeName}"`,
      );
    }
    if (pod.metadata.deletionTimestamp) {
      throw conflict(
        { group: "", resource: "pods/binding" },
        name,
        `pod ${name} is being deleted, cannot be assigned to a host`,
      );
    }
    const condition = {
      type: "PodScheduled",
      status: "True",
      lastProbeTime: null,
      lastTransitionTime: formatTime(this.#now()),
    } as unknown as PodCondition;
    const { spec = { containers: [] } } = pod;
    const status = withoutNomination(pod.status ?? {}, this.version);
    const others = status.conditions?.filter(({ type }) => type !== "PodScheduled") ?? [];
    // What is new stands first: see #withSystemFields.
    this.#put("pods", {
      ...pod,
      spec: spec.nodeName === undefined ? { nodeName, ...spec } : { ...spec, nodeName },
      status:
        status.conditions === undefined
          ? { conditions: [condition], ...status }
          : { ...status, conditions: [...others, condition] },
    });
  }

  #withSystemFields<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name] {
    const { metadata } = object;
    const revision = this.#store.revision + 1;
    let name = metadata.name;
    if (!name && metadata.generateName) {
      const base = metadata.generateName.slice(0, generatedNameLengthMax);
      name = base + this.#random.text(nameAlphabet, 5, "name", revision, base);
      const { namespace = "" } = metadata;
      for (
        let attempt = 1;
        attempt < nameAttemptsMax && this.find(resource, namespace, name) !== undefined;
        attempt++
      ) {
        name = base + this.#random.text(nameAlphabet, 5, "name", revision, base, attempt);
      }
    }
    const kind = resources[resource];
    const system = systemMetadata(metadata, {
      uid: this.#random.uuid("uid", revision),
      creationTimestamp: formatTime(this.#now()),
      resourceVersion: this.#store.nextResourceVersion,
      name,
      hasGeneration: this.strategyOf(resource).generation,
    });
    return copiesOf(resource).named(object, apiVersionOf(kind), kind.kind, system);
  }

  #previousOf<Name extends ResourceName>(
    resource: Name,
    object: ResourceTypes[Name],
    { isPatch }: RequestOptions,
  ): ResourceTypes[Name] {
    const { name = "", namespace = "", uid, resourceVersion } = object.metadata;
    const previous = this.get(resource, namespace, name);
    if (uid && uid !== previous.metadata.uid && isPatch !== true) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`;
      throw conflict(groupResource(resource), name, why);
    }
    if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) {
      throw conflict(groupResource(resource), name, objectWasModified);
    }
    return previous;
  }

  #checkPreconditions(resource: ResourceName, object: KubeObject, { preconditions }: DeleteOptions): void {
    const { name = "", uid, resourceVersion } = object.metadata;
    if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
      const why = `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`;
      throw conflict(groupResource(resource), name, why);
    }
    if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
      const why = `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
      throw conflict(groupResource(resource), name, why);
    }
  }

  #requireNamespace(resource: ResourceName, name: string, namespace: string): void {
    const found = this.find("namespaces", "", namespace);
    if (found === undefined) throw notFound({ group: "", resource: "namespaces" }, namespace);
    if (found.metadata.deletionTimestamp === undefined || resource === "events") return;
    const target = groupResource(resource);
    const shown = target.group === "" ? target.resource : `${target.resource}.${target.group}`;
    throw new StatusError(
      "Forbidden",
      `${shown} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        name,
        ...(target.group === "" ? {} : { group: target.group }),
        kind: target.resource,
        causes: [
          {
            reason: namespaceTerminatingCause,
            message: `namespace ${namespace} is being terminated`,
            field: "metadata.namespace",
          },
        ],
      },
    );
  }

  #refuseErrors(resource: ResourceName, name: string, errors: ReturnType<Strategy["validate"]>): void {
    if (errors.length > 0) throw invalid(resources[resource], name, errors);
  }

  #writeOrRemove<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name] {
    const written = this.#put(resource, object);
    if (!isReadyToGo(written) || this.strategyOf(resource).isHeld?.(written) === true) return written;
    return this.#remove(resource, written.metadata.namespace ?? "", written.metadata.name ?? "");
  }

  #put<Name extends ResourceName>(resource: Name, object: ResourceTypes[Name]): ResourceTypes[Name] {
    const { namespace = "", name = "" } = object.metadata;
    return this.#store.put(resource, namespace, name, this.#versioned(resource, object));
  }

  /** With the revision that it will be. */
  #versioned<T extends KubeObject>(resource: ResourceName, object: T): T {
    const resourceVersion = this.#store.nextResourceVersion;
    if (object.metadata.resourceVersion === resourceVersion) return object;
    const copies = copiesOf(resource);
    return copies.withMetadata(object, copies.withRevision(object.metadata, resourceVersion));
  }

  #remove<Name extends ResourceName>(resource: Name, namespace: string, name: string): ResourceTypes[Name] {
    return this.#store.remove(resource, namespace, name) as ResourceTypes[Name];
  }

  #context(options: RequestOptions): StrategyContext {
    if (options.trusted === true && options.warn === undefined) return this.#trustedContext;
    return this.#makeContext(options);
  }

  #makeContext({ trusted = false, warn = () => {} }: RequestOptions): StrategyContext {
    const now = this.#now;
    const store = this.#store;
    return {
      version: this.version,
      random: this.#random,
      get nowMs() {
        return now();
      },
      get nextRevision() {
        return store.revision + 1;
      },
      trusted,
      get: (resource, namespace, name) => this.find(resource, namespace, name),
      list: (resource, namespace) => this.list(resource, namespace),
      warn,
    };
  }
}

function groupResource(resource: ResourceName): GroupResource {
  return { group: resources[resource].group, resource };
}

/** With the owners of its fields, where the request has somebody to name. */
function tracked<T extends KubeObject>(next: T, previous: T | undefined, { track }: RequestOptions): T {
  return track === undefined ? next : (track(next, previous) as T);
}

/** What a dry run shows has no revision. */
function withoutResourceVersion<T extends KubeObject>(object: T): T {
  const { resourceVersion: _none, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function propagationOf(
  request: DeleteOptions,
  fallback: Strategy["defaultPropagation"],
): DeleteOptions["propagationPolicy"] {
  if (request.orphanDependents !== undefined && request.propagationPolicy === undefined) {
    return request.orphanDependents ? "Orphan" : "Background";
  }
  return request.propagationPolicy ?? fallback;
}

/** The status of a Pod that gets its node: no other one is kept free for it any longer. */
function withoutNomination(status: PodStatus, version: EmulatedVersion): PodStatus {
  if (status.nominatedNodeName === undefined) return status;
  if (!isEnabled("ClearingNominatedNodeNameAfterBinding", version)) return status;
  const { nominatedNodeName, ...rest } = status;
  return rest;
}
