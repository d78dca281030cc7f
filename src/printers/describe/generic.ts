import type { Event } from "../../api/generated/types.js";
import { goValue } from "../../api/meta/go-text.js";
import type { KubeObject } from "../../api/meta/object.js";
import { describeIdentity } from "./config.js";
import type { DescribeWriter } from "./describe-writer.js";
import { describeEvents } from "./events.js";

const skippedPaths = new Set(
  ["managedFields", "name", "namespace", "labels", "annotations"].map((field) => `.metadata.${field}`),
);

/** Any object, field by field: what kubectl prints of kinds that it has no description for. */
export function describeGeneric(
  writer: DescribeWriter,
  object: KubeObject,
  events: readonly Event[] | undefined,
): void {
  describeIdentity(writer, object);
  describeFields(writer, { content: object as object as Record<string, unknown>, level: 0, path: "" });
  describeEvents(writer, events);
}

function describeFields(
  writer: DescribeWriter,
  { content, level, path }: { content: Record<string, unknown>; level: number; path: string },
): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field];
    const fieldPath = `${path}.${field}`;
    if (value === undefined || skippedPaths.has(fieldPath)) {
      continue;
    }
    if (Array.isArray(value)) {
      writer.line(level, `${fieldLabel(field)}:`);
      for (const item of value) {
        if (typeof item === "object" && item !== null) {
          describeFields(writer, { content: item as Record<string, unknown>, level: level + 1, path: fieldPath });
        } else {
          writer.line(level + 1, goValue(item));
        }
      }
    } else if (typeof value === "object" && value !== null) {
      writer.line(level, `${fieldLabel(field)}:`);
      describeFields(writer, { content: value as Record<string, unknown>, level: level + 1, path: fieldPath });
    } else {
      writer.field(level, fieldLabel(field), goValue(value));
    }
  }
}

const acronyms = new Set(["API", "URL", "UID", "GUID"]);

/** `creationTimestamp` as `Creation Timestamp`; names with digits or dots stay as they are. */
function fieldLabel(field: string): string {
  if (/[^\p{L}-]/u.test(field)) {
    return field;
  }
  const words = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-+/gu) ?? [field];
  return words
    .map((word) => {
      if (acronyms.has(word.toUpperCase())) {
        return word.toUpperCase();
      }
      return word === word.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    })
    .join(" ");
}
