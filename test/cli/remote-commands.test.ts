import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, ServedCluster } from "./served-cluster.js";

const job = (name: string, script: string) =>
  JSON.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      completions: 2,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", script] }],
        },
      },
    },
  });

describe("on two clusters of the same seed and a virtual clock, one of them served", () => {
  const [near, far] = [new ServedCluster(), new ServedCluster()];

  beforeAll(async () => {
    for (const cluster of [near, far]) {
      await cluster.create({ create: ["--clock", "virtual"] });
      cluster.write("talk.json", job("talk", "echo one; sleep 3; echo two"));
      cluster.write("long.json", job("long", "trap 'exit 0' TERM; sleep 100000"));
    }
    await far.serve();
  });
  afterAll(() => Promise.all([near.remove(), far.remove()]));

  const run = async (cluster: ServedCluster, line: string, flags: readonly string[]): Promise<Ran> => {
    const words = (line.match(/(?:[^\s']+|'[^']*')+/g) ?? []).map((word) => word.replaceAll("'", ""));
    const argv = words.map((word) => (word.endsWith(".json") ? `${cluster.folder}/${word}` : word));
    return cluster.kjob([...flags, ...argv], line.includes(" -i ") ? { input: "hello\n" } : {});
  };

  // In this order: each goes on from what the ones before it have left, at the same instant of both clusters.
  it.each([
    ...["apply -f talk.json", "get pods", "get jobs -w --request-timeout=4s", "logs -f job/talk", "get pods -o wide"],
    ...[
      "wait --for=condition=complete job/talk --timeout=60s",
      "get jobs -o yaml",
      "describe job talk",
      "get events -A",
    ],
    ...[
      "create cronjob tick --image=busybox '--schedule=* * * * *' -- date",
      "wait --for=create job -l a=b --timeout=2s",
    ],
    ...["get jobs -w --request-timeout=2m", "get cronjob", "delete cronjob tick", "apply -f long.json"],
    ...[
      "wait --for=condition=Ready pod -l job-name=long",
      "exec job/long -- sh -c 'echo a; sleep 2; echo b >&2; exit 5'",
    ],
    ...["exec -i job/long -- sh -c 'cat; sleep 1; echo end'", "exec job/long --request-timeout=2s -- sleep 100"],
    ...["logs -f job/long --request-timeout=3s", "delete job long --timeout=1s", "delete -f talk.json", "get all"],
    ...[
      "run one --image=busybox --restart=Never -i --rm -q -- sh -c 'read a; echo got $a'",
      "get pods nothing",
      "get events -w --request-timeout=1s",
    ],
    ...[
      "version",

      "explain job.spec.completions",
      "wait --for=delete job/long --timeout=90s",
      "get all,cm",
    ],
  ])("does the same by HTTPS: %s", async (line) => {
    const [there, here] = [
      await run(far, line, ["--kubeconfig", far.kubeconfig, "--context", far.context]),
      await run(near, line, []),
    ];
    const bare = ({ out, err, status }: Ran, { folder }: ServedCluster) => ({
      out,
      err: err.replaceAll(folder, ""),
      status,
    });
    expect(bare(there, far)).toEqual(bare(here, near));
    expect(await far.kjob(["clock"])).toEqual(await near.kjob(["clock"]));
  });
});
