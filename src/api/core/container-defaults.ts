import type {
  Container,
  ContainerPort,
  EnvVar,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
} from "../generated/types.js";
import { change, changeItems, fill, fillEmpty } from "./defaulting.js";
import { defaultPullPolicy } from "./image-reference.js";
import { defaultResources } from "./resource-defaults.js";

/**
 * A container as the API server keeps it.
 * @see kubernetes v1.36 pkg/apis/core/v1/defaults.go, SetDefaults_Container
 */
export function defaultContainer<T extends Container>(container: T): T {
  const filled: T = fillEmpty<Container>(container, {
    ...(container.imagePullPolicy ? {} : { imagePullPolicy: defaultPullPolicy(container.image ?? "") }),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    resources: {},
  }) as T;
  return defaultParts(filled);
}

function defaultParts<T extends Container>(container: T): T {
  let result = container;
  if (result.resources?.limits !== undefined || result.resources?.requests !== undefined) {
    result = change(result, "resources", defaultResources);
  }
  if (result.ports !== undefined) result = change(result, "ports", (ports) => changeItems(ports, defaultPort));
  if (result.env !== undefined) result = change(result, "env", (env) => changeItems(env, defaultEnvironment));
  if (result.livenessProbe !== undefined) result = change(result, "livenessProbe", defaultProbe);
  if (result.readinessProbe !== undefined) result = change(result, "readinessProbe", defaultProbe);
  if (result.startupProbe !== undefined) result = change(result, "startupProbe", defaultProbe);
  if (result.lifecycle !== undefined) result = change(result, "lifecycle", defaultLifecycle);
  return result;
}

const portDefaults: Partial<ContainerPort> = { protocol: "TCP" };

function defaultPort(port: ContainerPort): ContainerPort {
  return fillEmpty(port, portDefaults);
}

function defaultEnvironment(variable: EnvVar): EnvVar {
  if (variable.valueFrom === undefined) return variable;
  return change(variable, "valueFrom", (source) => {
    let result = change(source, "fieldRef", defaultFieldSelector);
    result = change(result, "resourceFieldRef", defaultResourceSelector);
    return change(result, "fileKeyRef", (selector) => fill(selector, { optional: false }));
  });
}

export function defaultFieldSelector<T extends { readonly apiVersion?: string }>(selector: T): T {
  return fillEmpty<{ readonly apiVersion?: string }>(selector, { apiVersion: "v1" }) as T;
}

/** A divisor that is not set prints as "0", which means 1. */
export function defaultResourceSelector<T extends { readonly divisor?: string | number }>(selector: T): T {
  if (typeof selector.divisor === "number") return { ...selector, divisor: String(selector.divisor) };
  return fill<{ readonly divisor?: string | number }>(selector, { divisor: "0" }) as T;
}

const probeDefaults: Partial<Probe> = {
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

function defaultProbe(probe: Probe): Probe {
  const filled = change(fillEmpty(probe, probeDefaults), "httpGet", defaultHttpGet);
  return change(filled, "grpc", (grpc) => fill(grpc, { service: "" }));
}

const httpGetDefaults: Partial<HTTPGetAction> = { path: "/", scheme: "HTTP" };

function defaultHttpGet(action: HTTPGetAction): HTTPGetAction {
  return fillEmpty(action, httpGetDefaults);
}

function defaultLifecycle(lifecycle: Lifecycle): Lifecycle {
  return change(change(lifecycle, "postStart", defaultHandler), "preStop", defaultHandler);
}

function defaultHandler(handler: LifecycleHandler): LifecycleHandler {
  return change(handler, "httpGet", defaultHttpGet);
}
