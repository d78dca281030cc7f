import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from "../generated/types.js";
import {
  addInvalid,
  checkNonnegative,
  type FieldErrors,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { httpHeaderProblems, portNameProblems, portNumberProblems } from "../meta/identifiers.js";
import { isIntValue } from "../meta/int-or-string.js";
import type { PodValidationOptions } from "./pod-validation-options.js";

/** How long a Pod may take to stop, and what the version allows. */
export interface HandlerContext {
  readonly gracePeriodSeconds: number;
  readonly options: PodValidationOptions;
}

const handlerKinds = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

type Handler = LifecycleHandler & Pick<Probe, "grpc">;

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateHandler */
function validateHandler(errors: FieldErrors, handler: Handler, path: FieldPath, context: HandlerContext): void {
  let found = false;
  for (const kind of handlerKinds) {
    if (handler[kind] === undefined) continue;
    if (found) {
      errors.push(forbidden(path.child(kind), "may not specify more than 1 handler type"));
      continue;
    }
    found = true;
    if (handler.exec !== undefined) {
      if ((handler.exec.command ?? []).length === 0) errors.push(required(path.child("exec", "command")));
    } else if (handler.httpGet !== undefined) validateHttpGet(errors, handler.httpGet, path.child("httpGet"));
    else if (handler.tcpSocket !== undefined)
      validatePort(errors, handler.tcpSocket.port, path.child("tcpSocket"), "port");
    else if (handler.grpc !== undefined) validatePort(errors, handler.grpc.port, path.child("grpc"), "port");
    else if (handler.sleep !== undefined) validateSleep(errors, handler.sleep.seconds, path, context);
  }
  if (!found) errors.push(required(path, "must specify a handler type"));
}

function validateSleep(errors: FieldErrors, seconds: number, path: FieldPath, context: HandlerContext): void {
  const { gracePeriodSeconds, options } = context;
  const tooShort = options.sleepZero ? seconds < 0 : seconds <= 0;
  if (!tooShort && seconds <= gracePeriodSeconds) return;
  const detail = options.sleepZero
    ? `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`
    : `must be greater than 0 and less than terminationGracePeriodSeconds (${gracePeriodSeconds}). ` +
      "Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.";
  errors.push(invalidValue(path.child("sleep"), seconds, detail));
}

function validateHttpGet(errors: FieldErrors, action: HTTPGetAction, path: FieldPath): void {
  if (!action.path) errors.push(required(path.child("path")));
  validatePort(errors, action.port, path, "port");
  if (action.scheme !== "HTTP" && action.scheme !== "HTTPS") {
    errors.push(notSupported(path.child("scheme"), action.scheme ?? "", ["HTTP", "HTTPS"]));
  }
  for (const header of action.httpHeaders ?? []) {
    addInvalid(errors, path.child("httpHeaders"), header.name, httpHeaderProblems(header.name));
  }
}

/** A port by number or by name. */
export function validatePort(
  errors: FieldErrors,
  port: number | string | undefined,
  path: FieldPath,
  name: string,
): void {
  const value = port ?? 0;
  const problems = isIntValue(value) ? portNumberProblems(value) : portNameProblems(value);
  if (problems.length > 0) addInvalid(errors, path.child(name), value, problems);
}

const probeNumbers = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

export type ProbeKind = "livenessProbe" | "readinessProbe" | "startupProbe";

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validateProbe */
export function validateProbe(
  errors: FieldErrors,
  probe: Probe | undefined,
  containerPath: FieldPath,
  kind: ProbeKind,
  context: HandlerContext,
): void {
  if (probe === undefined) return;
  const path = containerPath.child(kind);
  validateHandler(errors, probe, path, context);
  for (const name of probeNumbers) checkNonnegative(errors, probe[name], path, name);
  const { terminationGracePeriodSeconds: grace, successThreshold = 1 } = probe;
  const gracePath = () => path.child("terminationGracePeriodSeconds");
  if (grace !== undefined && grace <= 0) errors.push(invalidValue(gracePath(), grace, "must be greater than 0"));
  if (kind === "readinessProbe") {
    if (grace !== undefined) errors.push(invalidValue(gracePath(), grace, "must not be set for readinessProbes"));
  } else if (successThreshold !== 1) {
    errors.push(invalidValue(path.child("successThreshold"), successThreshold, "must be 1"));
  }
}

export function validateLifecycle(
  errors: FieldErrors,
  lifecycle: Lifecycle | undefined,
  containerPath: FieldPath,
  context: HandlerContext,
): void {
  if (lifecycle === undefined) return;
  const path = containerPath.child("lifecycle");
  if (lifecycle.postStart !== undefined) validateHandler(errors, lifecycle.postStart, path.child("postStart"), context);
  if (lifecycle.preStop !== undefined) validateHandler(errors, lifecycle.preStop, path.child("preStop"), context);
}
