import { containerTexts } from "./container-texts.js";
import { jobTexts } from "./job-texts.js";
import { metadataTexts } from "./metadata-texts.js";
import { podTexts } from "./pod-texts.js";
import { serviceTexts } from "./service-texts.js";
import { volumeTexts } from "./volume-texts.js";

/** What `explain` says about a type and its fields. */
export interface TypeTexts {
  readonly about: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The texts of types, by the names that the schemas give them. A type without texts is explained by its schema alone. */
export const texts: Readonly<Record<string, TypeTexts>> = {
  ...jobTexts,
  ...podTexts,
  ...containerTexts,
  ...volumeTexts,
  ...metadataTexts,
  ...serviceTexts,
};

const sharedFields: Readonly<Record<string, string>> = {
  apiVersion: "The group and version of the API that this object is written for, such as v1 or batch/v1.",
  kind: "The kind of the object, in upper camel case. It cannot change.",
  metadata: "What every object has: name, namespace, labels, annotations, owners.",
};

/** What is said of a type; undefined where nothing is. */
export function textOfType(typeName: string): string | undefined {
  return Object.hasOwn(texts, typeName) ? texts[typeName]?.about : undefined;
}

/** What is said of a field; undefined where nothing is. */
export function textOfField(typeName: string, field: string): string | undefined {
  const own = Object.hasOwn(texts, typeName) ? texts[typeName]?.fields : undefined;
  if (own !== undefined && Object.hasOwn(own, field)) return own[field];
  return Object.hasOwn(sharedFields, field) ? sharedFields[field] : undefined;
}
