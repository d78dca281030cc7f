import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { goDuration } from "../../src/api/meta/duration.js";
import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import { WorldSession } from "./world-session.js";

const root = join(import.meta.dirname, "../..");

/** The commands that a page shows, in order, and the files that it shows between them. */
function shownIn(page: string) {
  const steps: ({ readonly command: string } | { readonly file: string; readonly text: string })[] = [];
  const lines = readFileSync(join(root, page), "utf8").split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const [, file] = /^ {4}\$ cat (\S+)$/.exec(line) ?? [];
    const [, command] = /^ {4}(?:\$ )?kjob (.*?)\s*(?:# .*)?$/.exec(line) ?? [];
    if (command !== undefined) steps.push({ command });
    if (file === undefined) continue;
    const text: string[] = [];
    while ((lines[at + 1] ?? "").startsWith("    ") && !/^ {4}\$ /.test(lines[at + 1] ?? "")) {
      at += 1;
      text.push((lines[at] ?? "").slice(4));
    }
    steps.push({ file, text: text.join("\n") });
  }
  return steps;
}

function manifestsUnder(folder: string, into: Map<string, string | Uint8Array>): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(ya?ml|json)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    into.set(path.slice(root.length + 1), readFileSync(path, "utf8"));
  }
}

/** A cluster as `cluster create` makes it, and the files of this project. */
function clusterOf(command: string): WorldSession {
  const [, version] = /--emulated-version (\S+)/.exec(command) ?? [];
  const session = new WorldSession(version === undefined ? {} : { version: version as EmulatedVersion });
  manifestsUnder("manifests", session.files);
  // Pages beside manifests name them as they see them.
  for (const [path, text] of [...session.files]) session.files.set(path.replace(/^manifests\/([^/]+\/)?/, ""), text);
  return session;
}

describe.each(["README.md", "manifests/README.md"])("the commands of %s", (page) => {
  it("run in the order in which they are shown", async () => {
    let session = clusterOf("");
    const failed: string[] = [];
    let count = 0;
    for (const step of shownIn(page)) {
      if ("file" in step) {
        session.files.set(step.file, step.text);
        continue;
      }
      const { command } = step;
      const [, advance] = /^clock advance (\S+)/.exec(command) ?? [];
      if (command.startsWith("cluster create")) {
        const { files } = session;
        session = clusterOf(command);
        for (const [path, text] of files) session.files.set(path, text);
      }
      if (advance !== undefined) session.cluster.advance(goDuration(advance) / 1000);
      // Those of kjob's own have tests of their own, and so have those about clusters that are somewhere else.
      if (/^(cluster|clock|serve)\b|^--(context|kubeconfig|server)\b/.test(command)) continue;
      count += 1;
      const { exitStatus, err } = await session.run(withPresentPods(command, session));
      if (exitStatus !== 0) failed.push(`${command}: ${err}`);
    }
    expect(failed).toEqual([]);
    expect(count).toBeGreaterThan(5);
  });
});

/** Names of Pods end as the seed of their cluster has it: those of a page are those that are there. */
function withPresentPods(command: string, { cluster }: WorldSession): string {
  return command.replace(/\b([a-z][a-z0-9-]*-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, (name, base: string) => {
    return cluster.podNames().find((each) => each.slice(0, -5) === base) ?? name;
  });
}
