import { describe, expect, it } from "vitest";
import { KubectlSession } from "../kubectl-session.js";

const job = `apiVersion: batch/v1
kind: Job
metadata: {name: paint}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: brush
        image: busybox:1.36
        envFrom: [{configMapRef: {name: settings}}]
`;

function session(files: Readonly<Record<string, string>>): KubectlSession {
  const made = new KubectlSession();
  for (const [path, text] of Object.entries(files)) made.files.set(path, text);
  return made;
}

const base = {
  "base/job.yaml": job,
  "base/kustomization.yaml":
    "resources: [job.yaml]\nconfigMapGenerator: [{name: settings, literals: [COLOUR=green, SIZE=12]}]\n",
};

describe("a kustomization", () => {
  it("names generated objects by what they hold, wherever they are named", async () => {
    const { out } = await session(base).run("kustomize base");
    expect(out).toContain("  name: settings-hh6d5f8m8t\n");
    expect(out).toContain("            name: settings-hh6d5f8m8t\n");
  });

  it("patches, renames and labels what another one makes", async () => {
    const overlay =
      "resources: [../base]\nnamePrefix: night-\nlabels: [{pairs: {shift: night}}]\nimages: [{name: busybox, newTag: '1.37'}]\n" +
      "patches:\n- patch: '[{op: add, path: /spec/parallelism, value: 3}]'\n  target: {kind: Job}\n";
    const { out } = await session({ ...base, "over/kustomization.yaml": overlay }).run("kustomize over");
    expect(out).toContain("  labels:\n    shift: night\n  name: night-paint\n");
    expect(out).toContain("parallelism: 3");
    expect(out).toContain("image: busybox:1.37");
  });

  it.each([
    ["nowhere", {}, "must build at directory: not a valid directory: evalsymlink failure on 'nowhere'"],
    ["bad", { "bad/kustomization.yaml": "resources: [gone.yaml]" }, "accumulating resources: accumulation err="],
    ["odd", { "odd/kustomization.yaml": "colour: red" }, 'invalid Kustomization: json: unknown field "colour"'],
    ["charts", { "charts/kustomization.yaml": "helmCharts: []" }, "helmCharts is not supported"],
  ])("tells what is wrong with %s", async (folder, files, message) => {
    const { err, exitStatus } = await session(files).run(`kustomize ${folder}`);
    expect(err).toContain(`error: ${message}`);
    expect(exitStatus).toBe(1);
  });
});
