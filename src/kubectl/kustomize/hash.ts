import type { JsonObject } from "../../registry/patch/json-value.js";
import { goJsonText } from "../../registry/patch/last-applied.js";
import { kindOf } from "./resource-map.js";

/** Hexadecimal digits that might spell words, and what stands for them. */
const replacements: Readonly<Record<string, string>> = { "0": "g", "1": "h", "3": "k", a: "m", e: "t" };

const hashLength = 10;

/**
 * The hash of what a ConfigMap or Secret holds, as it is put behind its name. A name counts for `kubectl create`, and not
 * for kustomize; without data one writes null and the other an empty text.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/util/hash/hash.go; sigs.k8s.io/kustomize/api/internal/hasher
 */
export async function contentHash(object: JsonObject, name = ""): Promise<string> {
  const { data, binaryData, stringData, type } = object;
  const isSecret = kindOf(object) === "Secret";
  const content: JsonObject = {
    data: data ?? (name === "" ? "" : null),
    ...(binaryData === undefined ? {} : { binaryData }),
    kind: kindOf(object),
    name,
    ...(isSecret && stringData !== undefined ? { stringData } : {}),
    ...(isSecret ? { type: type ?? "" } : {}),
  };
  const bytes = new TextEncoder().encode(goJsonText(content));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [...hex.slice(0, hashLength)].map((letter) => replacements[letter] ?? letter).join("");
}
