import type { FieldError } from "../api/meta/field-error.js";
import type { EpochMs } from "../api/meta/object.js";
import type { ResourceName, ResourceTypes } from "../api/resources.js";
import type { EmulatedVersion } from "../api/versions/emulated-version.js";
import type { Random } from "../sim/random.js";

/** What a strategy may know of the cluster. Reads see the latest revision. */
export interface StrategyContext {
  readonly version: EmulatedVersion;
  readonly random: Random;
  /** Cluster time of the request. */
  readonly nowMs: EpochMs;
  /** The revision that the write will be. */
  readonly nextRevision: number;
  /** Whether the request comes from a part of the control plane, which is trusted to write well-formed status. */
  readonly trusted: boolean;
  get<Name extends ResourceName>(resource: Name, namespace: string, name: string): ResourceTypes[Name] | undefined;
  list<Name extends ResourceName>(resource: Name, namespace: string): readonly ResourceTypes[Name][];
  readonly warn: (message: string) => void;
}

/**
 * What is particular to one resource, in the order in which the registry asks: defaults, prepare, admit, validate. All
 * functions are pure: they return a new object, or the same one where nothing changes.
 * @see k8s.io/apiserver pkg/registry/rest, RESTCreateStrategy and RESTUpdateStrategy
 */
export interface Strategy<Name extends ResourceName = ResourceName> {
  readonly resource: Name;
  /** Whether metadata.generation counts changes of the spec. */
  readonly generation: boolean;
  readonly setDefaults: (object: ResourceTypes[Name], context: StrategyContext) => ResourceTypes[Name];
  /** Clears what a client may not set, fills in what the server sets. */
  readonly prepareForCreate: (object: ResourceTypes[Name], context: StrategyContext) => ResourceTypes[Name];
  /** Keeps status from an update of the rest. */
  readonly prepareForUpdate: (
    next: ResourceTypes[Name],
    previous: ResourceTypes[Name],
    context: StrategyContext,
  ) => ResourceTypes[Name];
  /** Admission: may refuse by throwing a StatusError. */
  readonly admit?: (object: ResourceTypes[Name], context: StrategyContext) => ResourceTypes[Name];
  readonly validate: (object: ResourceTypes[Name], context: StrategyContext) => readonly FieldError[];
  readonly validateUpdate: (
    next: ResourceTypes[Name],
    previous: ResourceTypes[Name],
    context: StrategyContext,
  ) => readonly FieldError[];
  readonly validateStatusUpdate?: (
    next: ResourceTypes[Name],
    previous: ResourceTypes[Name],
    context: StrategyContext,
  ) => readonly FieldError[];
  /** Gives a valid object what there is only so much of: addresses, ports. @throws StatusError Invalid */
  readonly allocate?: (
    next: ResourceTypes[Name],
    previous: ResourceTypes[Name] | undefined,
    context: StrategyContext,
  ) => ResourceTypes[Name];
  /** What a client is told of an object that is accepted; `previous` is undefined for a new one. */
  readonly warnings?: (
    next: ResourceTypes[Name],
    previous: ResourceTypes[Name] | undefined,
    context: StrategyContext,
  ) => readonly string[];
  /** The form in which a new object is kept, once it is found valid. */
  readonly canonicalize?: (object: ResourceTypes[Name]) => ResourceTypes[Name];
  /** Seconds between the first delete and the end; undefined: objects of this resource go at once. */
  readonly gracePeriodSeconds?: (object: ResourceTypes[Name], asked: number | undefined) => number;
  /** Whether something besides metadata.finalizers keeps the object while it goes: a namespace's spec.finalizers. */
  readonly isHeld?: (object: ResourceTypes[Name]) => boolean;
  /** What a deletion that begins changes besides metadata. */
  readonly prepareForDelete?: (object: ResourceTypes[Name]) => ResourceTypes[Name];
  /** What becomes of dependents where a delete does not say. */
  readonly defaultPropagation?: "Background" | "Orphan";
  /** Fields that a field selector may name, besides metadata.name and metadata.namespace. */
  readonly selectableFields?: (object: ResourceTypes[Name]) => { readonly [field: string]: string };
}
