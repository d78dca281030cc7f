import { describe, expect, it } from "vitest";
import { StatusError } from "../../src/api/meta/status.js";
import { SeveralErrors } from "../../src/kubectl/errors.js";
import { hintFor } from "../../src/kubectl/hints.js";
import { manifestObjects } from "../../src/manifest/objects.js";

function errorOf(text: string): unknown {
  try {
    for (const entry of manifestObjects(text, "x.yaml", { validate: true })) if ("error" in entry) return entry.error;
  } catch (error) {
    return error;
  }
  return null;
}

const invalid = (field: string, message: string) =>
  new StatusError("Invalid", "Service is invalid", { kind: "Service", name: "x", causes: [{ field, message }] });

describe("a hint", () => {
  it("tells what ends a script too early", () => {
    const text =
      "apiVersion: v1\nkind: Pod\n---\nspec:\n  command:\n  - |\n    mongosh db \\\n --quiet <<EOF\n    print(1)\n    EOF\n  name: x\n";
    expect(hintFor(errorOf(text))).toBe(
      "line 8 is indented less than the text around it, which ends that text: give it 3 more spaces",
    );
  });

  it("tells nothing of other mistakes in YAML", () => {
    expect(hintFor(errorOf("a: |\n  text\nb: [1\n"))).toBeNull();
    expect(hintFor(errorOf("a:\n  b: 1\n c: 2\n"))).toBeNull();
  });

  it("tells how a headless Service is written, one error among several too", () => {
    const error = invalid("spec.clusterIPs[0]", 'Invalid value: "none": must be a valid IP address');
    const hint = 'a headless Service has "clusterIP: None", with a capital N, not "none"';
    expect(hintFor(error)).toBe(hint);
    expect(hintFor(new SeveralErrors([new Error("x"), error]))).toBe(hint);
    expect(hintFor(invalid("spec.clusterIPs[0]", 'Invalid value: "1.2.3": must be'))).toBeNull();
  });
});
