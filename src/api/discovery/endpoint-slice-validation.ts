import { portProtocols } from "../core/container-validation.js";
import type { EndpointSlice } from "../generated/types.js";
import {
  addInvalid,
  checkSupported,
  duplicate,
  type FieldError,
  type FieldErrors,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from "../meta/field-error.js";
import { FieldPath } from "../meta/field-path.js";
import {
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  isIpv4,
  isIpv6,
  nameIsSubdomain,
} from "../meta/identifiers.js";
import { validateObjectMeta, validateObjectMetaUpdate } from "../meta/object-meta-validation.js";

const endpointsMax = 1000;
const addressesMax = 100;
const portsMax = 20_000;
const addressTypes = ["FQDN", "IPv4", "IPv6"];

/** @see kubernetes v1.36 pkg/apis/discovery/validation/validation.go, ValidateEndpointSlice */
export function validateEndpointSlice(slice: EndpointSlice): readonly FieldError[] {
  const errors: FieldErrors = [];
  validateObjectMeta(errors, slice.metadata, { namespaced: true, nameProblems: nameIsSubdomain });
  const type: string = slice.addressType ?? "";
  if (type === "") errors.push(required(FieldPath.of("addressType")));
  else if (!addressTypes.includes(type)) errors.push(notSupported(FieldPath.of("addressType"), type, addressTypes));
  validateSliceEndpoints(errors, slice);
  validateSlicePorts(errors, slice);
  return errors;
}

export function validateEndpointSliceUpdate(next: EndpointSlice, previous: EndpointSlice): readonly FieldError[] {
  const errors: FieldErrors = [...validateEndpointSlice(next)];
  validateObjectMetaUpdate(errors, next.metadata, previous.metadata);
  if (next.addressType !== previous.addressType) {
    errors.push(invalidValue(FieldPath.of("addressType"), next.addressType, "field is immutable"));
  }
  return errors;
}

function validateSliceEndpoints(errors: FieldErrors, { endpoints = [], addressType }: EndpointSlice): void {
  const listPath = FieldPath.of("endpoints");
  if (endpoints.length > endpointsMax) errors.push(tooMany(listPath, endpoints.length, endpointsMax));
  for (const [position, endpoint] of endpoints.entries()) {
    const path = listPath.index(position);
    const { addresses = [] } = endpoint;
    if (addresses.length === 0) errors.push(required(path.child("addresses"), "must contain at least 1 address"));
    if (addresses.length > addressesMax) {
      errors.push(tooMany(path.child("addresses"), addresses.length, addressesMax));
    }
    for (const [addressPosition, address] of addresses.entries()) {
      addInvalid(
        errors,
        path.child("addresses").index(addressPosition),
        address,
        addressProblems(address, addressType),
      );
    }
    if (endpoint.hostname) {
      addInvalid(errors, path.child("hostname"), endpoint.hostname, dns1123LabelProblems(endpoint.hostname));
    }
  }
}

function addressProblems(address: string, type: EndpointSlice["addressType"]): readonly string[] {
  if (type === "IPv4") return isIpv4(address) ? [] : ["must be a valid IPv4 address"];
  if (type === "IPv6") return isIpv6(address) ? [] : ["must be a valid IPv6 address"];
  return dns1123SubdomainProblems(address);
}

function validateSlicePorts(errors: FieldErrors, { ports = [] }: EndpointSlice): void {
  const listPath = FieldPath.of("ports");
  if (ports.length > portsMax) errors.push(tooMany(listPath, ports.length, portsMax));
  const names = new Set<string>();
  for (const [position, { name = "", protocol }] of ports.entries()) {
    const path = listPath.index(position);
    if (name !== "") addInvalid(errors, path.child("name"), name, dns1123LabelProblems(name));
    if (names.has(name)) errors.push(duplicate(path.child("name"), name));
    names.add(name);
    if (protocol === undefined) errors.push(required(path.child("protocol")));
    else checkSupported(errors, protocol, portProtocols, path, "protocol");
  }
}
