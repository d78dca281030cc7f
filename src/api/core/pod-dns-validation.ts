import type { PodSpec } from "../generated/types.js";
import { addInvalid, type FieldErrors, invalidValue, required } from "../meta/field-error.js";
import type { FieldPath } from "../meta/field-path.js";
import { dns1123SubdomainProblems, ipProblems, underscoredSubdomainProblems } from "../meta/identifiers.js";
import type { PodValidationOptions } from "./pod-validation-options.js";

/** What Linux' resolver can take. */
const nameserversMax = 3;
const searchPathsMax = 32;
const searchCharactersMax = 2048;

/** @see kubernetes v1.36 pkg/apis/core/validation/validation.go, validatePodDNSConfig */
export function validatePodDns(
  errors: FieldErrors,
  spec: PodSpec,
  specPath: FieldPath,
  options: PodValidationOptions,
): void {
  const config = spec.dnsConfig;
  const path = specPath.child("dnsConfig");
  if (spec.dnsPolicy === "None") {
    if (config === undefined) {
      errors.push(required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
      return;
    }
    if ((config.nameservers ?? []).length === 0) {
      const detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
      errors.push(required(path.child("nameservers"), detail));
      return;
    }
  }
  if (config === undefined) return;
  const { nameservers = [], searches = [] } = config;
  if (nameservers.length > nameserversMax) {
    const detail = `must not have more than ${nameserversMax} nameservers`;
    errors.push(invalidValue(path.child("nameservers"), nameservers, detail));
  }
  for (const [position, address] of nameservers.entries()) {
    addInvalid(errors, path.child("nameservers").index(position), address, ipProblems(address));
  }
  const searchesPath = path.child("searches");
  if (searches.length > searchPathsMax) {
    errors.push(invalidValue(searchesPath, searches, `must not have more than ${searchPathsMax} search paths`));
  }
  if (searches.join(" ").length > searchCharactersMax) {
    const detail = `must not have more than ${searchCharactersMax} characters (including spaces) in the search list`;
    errors.push(invalidValue(searchesPath, searches, detail));
  }
  for (const [position, search] of searches.entries()) {
    if (options.relaxedSearchPaths && search === ".") continue;
    const name = search.replace(/\.$/, "");
    const problems = options.relaxedSearchPaths ? underscoredSubdomainProblems(name) : dns1123SubdomainProblems(name);
    addInvalid(errors, searchesPath.index(position), name, problems);
  }
  for (const [position, option] of config.options?.entries() ?? []) {
    if (!option.name) errors.push(required(path.child("options").index(position), "must not be empty"));
  }
}
