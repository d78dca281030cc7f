import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { editText } from "../../src/cli/editor.js";

describe("the person's editor", () => {
  const folder = mkdtempSync(join(tmpdir(), "kjob-editor-"));
  const editor = join(folder, "editor");

  beforeAll(() => {
    // Writes what it was called with into the last file that it was given, and touches no other.
    writeFileSync(editor, '#!/bin/sh\nfor last; do :; done\nprintf "%s" "$*" > "$last"\n');
    chmodSync(editor, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const called = (command: string) =>
    editText("before", ".yaml", (name) => (name === "KUBE_EDITOR" ? command : undefined));

  it("is given the text's file, and nothing else", () => {
    expect(called(editor)).toMatch(/^\S+\/kjob-edit\.yaml$/);
  });

  it("may have arguments, in quotes too", () => {
    expect(called(`${editor} -a 's/x y/z/'`)).toMatch(/^-a s\/x y\/z\/ \S+\/kjob-edit\.yaml$/);
  });

  it("that fails is told by name", () => {
    expect(() => called("false")).toThrow('there was a problem with the editor "false"');
  });
});
