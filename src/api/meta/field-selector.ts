/** One term of a field selector: `status.phase!=Running`. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** A text that is no field selector; the message is upstream's. */
export class FieldSelectorError extends Error {
  override readonly name = "FieldSelectorError";
}

/**
 * Reads `metadata.name=a,status.phase!=Running`. A backslash takes the meaning from `,`, `=` and itself.
 * @throws {FieldSelectorError} in upstream's words
 * @see k8s.io/apimachinery/pkg/fields/selector.go, ParseSelector
 */
export function parseFieldSelector(text: string): readonly FieldRequirement[] {
  return splitTerms(text)
    .sort()
    .filter((term) => term !== "")
    .map((term) => parseTerm(term, text));
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === "\\") position++;
    else if (character === ",") {
      terms.push(text.slice(start, position));
      start = position + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string, selector: string): FieldRequirement {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (match === null) throw new FieldSelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field = "", operator = "=", value = ""] = match;
  return { field, operator: operator === "!=" ? "!=" : "=", value: unescaped(value) };
}

function unescaped(value: string): string {
  if (!/[\\,=]/.test(value)) return value;
  let result = "";
  for (let position = 0; position < value.length; position++) {
    let character = value.charAt(position);
    if (character === "\\") {
      position++;
      character = value.charAt(position);
      if (!["\\", ",", "="].includes(character)) {
        throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${character}`);
      }
    } else if (character === "," || character === "=") {
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${character}`);
    }
    result += character;
  }
  return result;
}

/** Whether a thing whose fields `read` gives meets all requirements; a field that is not set is empty. */
export function matchesFields(
  requirements: readonly FieldRequirement[],
  read: (field: string) => string | undefined,
): boolean {
  return requirements.every(({ field, operator, value }) => ((read(field) ?? "") === value) === (operator === "="));
}

/** `metadata.name=a,status.phase!=Running` */
export function formatFieldSelector(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}
