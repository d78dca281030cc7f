import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Command } from "./command.js";

const folder = fileURLToPath(new URL("../../manifests/labs/", import.meta.url));

/** How each Job of the folder ends by itself. */
const endings = [
  { file: "demo-job-write", condition: "complete", succeeded: "1" },
  { file: "demo-job-write-init", condition: "complete", succeeded: "1" },
  { file: "demo-job-completion", condition: "complete", succeeded: "5" },
  { file: "demo-job-parallelism", condition: "complete", succeeded: "5" },
  { file: "demo-job-completion-lg-parallelism", condition: "complete", succeeded: "5" },
  { file: "demo-job-completion-lt-parallelism", condition: "complete", succeeded: "2" },
  { file: "demo-job-fails-default-limit", condition: "failed", reason: "BackoffLimitExceeded", succeeded: "" },
  { file: "demo-job-fail-deadline", condition: "failed", reason: "DeadlineExceeded", succeeded: "1" },
  { file: "demo-job-indexed", condition: "complete", succeeded: "12" },
  { file: "demo-job-indexed-annotation", job: "demo-job-indexed", condition: "complete", succeeded: "12" },
  { file: "demo-job-comm", condition: "complete", succeeded: "2" },
];

/** Files that the walk below is about. */
const walked = ["demo-job-observer", "demo-job-suspend", "demo-job-comm-svc", "my-cronjob"];

describe("the manifests of the labs", () => {
  let kjob: Command;
  const apply = (name: string) => kjob.run("apply", "-f", `${folder}${name}.yaml`);
  const messages = () => kjob.run("exec", "observer", "--", "cat", "/data/message.txt");

  beforeEach(async () => {
    kjob = new Command();
    await kjob.run("cluster", "create", "labs", "--emulated-version", "1.34", "--clock", "virtual");
  });
  afterEach(() => kjob.remove());

  it("are all played here", () => {
    const played = [...endings.map(({ file }) => file), ...walked].map((name) => `${name}.yaml`);
    expect(readdirSync(folder).sort()).toEqual(played.sort());
  });

  it.each(endings)("$file: the Job ends as $condition", async ({ file, job = file, condition, reason, succeeded }) => {
    await apply(file);
    await kjob.run("wait", `--for=condition=${condition}`, `job/${job}`, "--timeout=1h");
    expect(await kjob.run("get", "job", job, "-o", "jsonpath={.status.succeeded}")).toBe(succeeded);
    if (reason === undefined) return;
    const told = await kjob.run("get", "job", job, "-o", 'jsonpath={.status.conditions[?(@.type=="Failed")].reason}');
    expect(told).toBe(reason);
  });

  it("the observer sees what Jobs write to the folder of the node", async () => {
    await apply("demo-job-observer");
    await apply("demo-job-indexed-annotation");
    await kjob.run("wait", "--for=condition=complete", "job/demo-job-indexed", "--timeout=10m");
    const indexes = (await messages()).match(/(?<=Index: )\d+/g);
    expect(indexes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
  });

  it("a suspended Job runs when it is let", async () => {
    await apply("demo-job-suspend");
    await kjob.run("clock", "advance", "30s");
    expect(await kjob.run("get", "job", "demo-job-suspend")).toContain("Suspended");
    expect(await kjob.run("get", "pods", "-o", "name")).toBe("");
    await kjob.run("patch", "job", "demo-job-suspend", "--suspend=false");
    await kjob.run("wait", "--for=condition=complete", "job/demo-job-suspend", "--timeout=5m");
  });

  it("Pods of a Job find each other by the name of the headless Service", async () => {
    await apply("demo-job-comm-svc");
    await apply("demo-job-comm");
    await kjob.run("wait", "--for=condition=ready", "pod", "-l", "job-name=demo-job-comm");
    const selector = "job-name=demo-job-comm,batch.kubernetes.io/job-completion-index=1";
    const pod = (await kjob.run("get", "pods", "-l", selector, "-o", "name")).trim();
    const answer = await kjob.run("exec", pod, "--", "ping", "-c2", "demo-job-comm-0.demo-job-comm-svc");
    expect(answer).toContain("2 packets transmitted, 2 packets received, 0% packet loss");
  });

  it("a Job can be started from the CronJob by hand", async () => {
    await apply("my-cronjob");
    await kjob.run("create", "job", "my-manual-job", "--from=cronjob/my-cronjob");
    await kjob.run("wait", "--for=condition=complete", "job/my-manual-job");
    expect(await kjob.run("logs", "job/my-manual-job")).toBe("Hello from my-cronjob\n");
  });
});
