import type { EndpointPort, Endpoints, Event } from "../generated/types.js";
import { semanticallyEqual } from "../meta/equality.js";
import { addInvalid, type FieldError, type FieldErrors, invalidValue, required } from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import { dns1123LabelProblems, ipProblems, nameIsSubdomain, portNumberProblems } from "../meta/identifiers.js";
import { validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";
import { checkChoice, portProtocols } from "./container-validation.js";

const rules = { namespaced: true, nameProblems: nameIsSubdomain };

/** @see kubernetes v1.36 pkg/apis/core/validation/events.go, legacyValidateEvent */
export function validateEvent(event: Event): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, event.metadata, rules);
  const involved = event.involvedObject.namespace ?? "";
  const { namespace = "" } = event.metadata;
  const path = FieldPath.of("involvedObject", "namespace");
  if (involved === "") {
    // what belongs to no namespace has its events in the default one
    if (namespace !== "default" && namespace !== "kube-system") {
      errors.push(invalidValue(path, involved, "does not match event.namespace"));
    }
  } else if (involved !== namespace) errors.push(invalidValue(path, involved, "does not match event.namespace"));
  return errors;
}

export function validateEventUpdate(next: Event, previous: Event): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  return errors;
}

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, ValidateEndpoints */
export function validateEndpoints(endpoints: Endpoints): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, endpoints.metadata, rules);
  validateSubsets(errors, endpoints);
  return errors;
}

function validateSubsets(errors: FieldErrors, endpoints: Endpoints): void {
  for (const [position, subset] of endpoints.subsets?.entries() ?? []) {
    const path = FieldPath.of("subsets").index(position);
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const list of ["addresses", "notReadyAddresses"] as const) {
      for (const [addressPosition, address] of subset[list]?.entries() ?? []) {
        const addressPath = path.child(list).index(addressPosition);
        addInvalid(errors, addressPath.child("ip"), address.ip, ipProblems(address.ip));
        if (address.hostname) {
          addInvalid(errors, addressPath.child("hostname"), address.hostname, dns1123LabelProblems(address.hostname));
        }
      }
    }
    for (const [portPosition, port] of ports.entries()) {
      validateEndpointPort(errors, port, ports.length > 1, path.child("ports").index(portPosition));
    }
  }
}

function validateEndpointPort(errors: FieldErrors, port: EndpointPort, needsName: boolean, path: FieldPath): void {
  if (port.name) addInvalid(errors, path.child("name"), port.name, dns1123LabelProblems(port.name));
  else if (needsName) errors.push(required(path.child("name")));
  addInvalid(errors, path.child("port"), port.port, portNumberProblems(port.port));
  checkChoice(errors, port.protocol ?? "", portProtocols, path, "protocol");
}

export function validateEndpointsUpdate(next: Endpoints, previous: Endpoints): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (!semanticallyEqual(next.subsets, previous.subsets)) validateSubsets(errors, next);
  return errors;
}
