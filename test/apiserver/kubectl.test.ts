import { execFile, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveServer } from "./live-server.js";

const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
if (!hasKubectl) process.stderr.write("no kubectl is on the PATH: what it does with kjob's API server is not tested\n");

const live = new LiveServer();

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

function kubectl(
  line: string,
  options: { readonly input?: string; readonly env?: Record<string, string> } = {},
): Promise<Ran> {
  const argv = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'|'$/g, ""));
  return new Promise((resolve) => {
    const child = execFile(
      "kubectl",
      ["--kubeconfig", live.kubeconfig, "--cache-dir", `${live.folder}/cache`, ...argv],
      { env: { ...process.env, ...options.env }, timeout: 30_000 },
      (error, out, err) => resolve({ out, err, status: error === null ? 0 : Number(error.code ?? 255) }),
    );
    child.stdin?.end(options.input ?? "");
  });
}

const job = (name: string, script: string, more = "") => `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
${more}  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox:1.36
        command: [sh, -c, "${script}"]
`;

describe.skipIf(!hasKubectl)("kubectl", () => {
  beforeAll(() => live.start());
  afterAll(async () => {
    await live.stop();
    expect(live.server.defects).toEqual([]);
  });

  it("applies, waits, reads logs, describes and deletes", async () => {
    const file = live.write("pi.yaml", job("pi", "echo 3.14; sleep 1; echo done"));
    expect((await kubectl(`apply -f ${file}`)).out).toBe("job.batch/pi created\n");
    expect((await kubectl("wait --for=condition=complete job/pi --timeout=20s")).out).toBe(
      "job.batch/pi condition met\n",
    );
    expect((await kubectl("logs -f job/pi")).out).toBe("3.14\ndone\n");
    expect((await kubectl("get jobs")).out).toMatch(/^NAME +STATUS +COMPLETIONS +DURATION +AGE\npi +Complete +1\/1/);
    expect((await kubectl("describe job pi")).out).toContain("Job completed");
    expect((await kubectl(`diff -f ${file}`)).status).toBe(0);
    expect((await kubectl(`apply -f ${file}`)).out).toBe("job.batch/pi unchanged\n");
    expect((await kubectl("delete job pi")).out).toBe('job.batch "pi" deleted\n');
  });

  it("tells in diff what would change", async () => {
    const file = live.write("diff.yaml", job("compared", "sleep 100000"));
    await kubectl(`apply -f ${file}`);
    const changed = live.write("diff.yaml", job("compared", "sleep 100000", "  parallelism: 2\n  completions: 1\n"));
    const { out, status } = await kubectl(`diff -f ${changed}`);
    expect(status).toBe(1);
    expect(out).toContain("+  parallelism: 2");
  });

  it("watches", async () => {
    const watching = kubectl("get jobs -w --request-timeout=2s");
    await new Promise((resolve) => setTimeout(resolve, 800));
    await kubectl("create job seen --image=busybox -- true");
    expect((await watching).out).toMatch(/seen +Running +0\/1[\s\S]*seen +Complete +1\/1/);
  });

  it("runs commands in containers", async () => {
    await kubectl("run shell --image=busybox --restart=Never -- sleep 100000");
    await kubectl("wait --for=condition=Ready pod/shell --timeout=20s");
    const ran = await kubectl("exec shell -- sh -c 'echo out; exit 3'");
    expect({ out: ran.out, status: ran.status }).toEqual({ out: "out\n", status: 3 });
    expect((await kubectl("exec -i shell -- cat", { input: "hello\n" })).out).toBe("hello\n");
    expect((await kubectl("exec nobody -- true")).err).toContain('pods "nobody" not found');
  });

  it("explains, and asks what it may do", async () => {
    expect((await kubectl("explain job.spec.completions")).out).toContain("FIELD: completions <integer>");
    expect((await kubectl("auth can-i create jobs")).out).toBe("yes\n");
    expect((await kubectl("auth whoami")).out).toContain("kubernetes-admin");
  });

  it("applies on the server, and is told of conflicts", async () => {
    const file = live.write("ssa.yaml", job("owned", "sleep 100000", "  parallelism: 1\n"));
    expect((await kubectl(`apply --server-side -f ${file}`)).out).toBe("job.batch/owned serverside-applied\n");
    const other = live.write("ssa.yaml", job("owned", "sleep 100000", "  parallelism: 0\n"));
    const refused = await kubectl(`apply --server-side --field-manager=other -f ${other}`);
    expect(refused.err).toContain('conflict with "kubectl": .spec.parallelism');
  });

  it("edits", async () => {
    await kubectl("create configmap edited --from-literal=a=before");
    const env = { KUBE_EDITOR: "sed -i s/before/after/" };
    expect((await kubectl("edit configmap edited", { env })).out).toBe("configmap/edited edited\n");
    expect((await kubectl("get configmap edited -o 'jsonpath={.data.a}'")).out).toBe("after");
  });

  it("creates objects that it sends in protocol buffers", async () => {
    const made = await Promise.all([
      kubectl("create namespace other"),
      kubectl("create secret generic hidden --from-literal=a=1"),
      kubectl("create cronjob tick --image=busybox '--schedule=*/5 * * * *' -- date"),
    ]);
    expect(made.map(({ out }) => out)).toEqual([
      "namespace/other created\n",
      "secret/hidden created\n",
      "cronjob.batch/tick created\n",
    ]);
    expect(
      (await kubectl("get cronjob tick -o 'jsonpath={.spec.jobTemplate.spec.template.spec.containers[0].command}'"))
        .out,
    ).toBe('["date"]');
  });

  it("is told what is wrong with a manifest", async () => {
    const file = live.write("wrong.yaml", job("wrong", "true", "  completion: 1\n"));
    expect((await kubectl(`apply -f ${file}`)).err).toContain('strict decoding error: unknown field "spec.completion"');
  });
});
