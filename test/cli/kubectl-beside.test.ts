import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ran, ServedCluster } from "./served-cluster.js";

/**
 * kjob's words are those of kubectl 1.36; an older kubectl on the PATH says some things in another way. Each rule names one
 * such difference and makes both sides the same.
 */
interface Rule {
  readonly why: string;
  readonly apply: (text: string) => string;
}

/** Which of several words for the same thing an older kubectl has. */
const olderWords: readonly (readonly [why: string, newer: string, older: string])[] = [
  [
    "before 1.35, what may fail in a migration of managed fields has another name",
    "server rejected managed fields migration to Server-Side Apply",
    "failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply",
  ],
  ["before 1.36, events about a container do not say which", "spec.containers{shell}: ", ""],
];

const rules: readonly Rule[] = [
  {
    why: "before 1.35, a client-side dry run of apply calls everything configured, what does not change too",
    apply: (text) => text.replaceAll("unchanged (dry run)", "configured (dry run)"),
  },
  ...olderWords.map(([why, newer, older]) => ({ why, apply: (text: string) => text.replaceAll(newer, older) })),
  {
    why: "kjob has no quotas and no limit ranges: kjob says so as kubectl does where there are none, kubectl finds no such resource",
    apply: (text) => text.replace("\nNo resource quota.\n\nNo LimitRange resource.\n", ""),
  },
];

/** Where two clusters are compared whose clocks are not at the same instant. */
const clockRules: readonly Rule[] = [
  {
    why: "ages and durations are those of the moment",
    apply: (text) => text.replace(/(?<![\w.-])(?:\d+[dhms])+(?![\w-])/g, "<age>").replace(/<age> +/g, "<age> "),
  },
  {
    why: "times are those of the moment",
    apply: (text) =>
      text
        .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, "<time>")
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| \+0000)/g, "<time>"),
  },
  {
    why: "UIDs, names and revisions follow from the moment too",
    apply: (text) =>
      text
        .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uid>")
        .replace(/(?<=[a-z0-9]-)[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g, "<name>")
        .replace(/(?<=resourceVersion: )"\d+"/g, "<revision>"),
  },
  {
    why: "folders have names of their own",
    apply: (text) => text.replace(/\/tmp\/kjob-served-\w+|(?<=\/(?:LIVE|MERGED)-)\d+/g, "<folder>"),
  },
];

const normalised = (ran: Ran, use: readonly Rule[]): Ran => {
  const apply = (text: string) => use.reduce((result, rule) => rule.apply(result), text);
  return { ...ran, out: apply(ran.out), err: apply(ran.err) };
};

const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
if (!hasKubectl) process.stderr.write("no kubectl is on the PATH: it is not compared with kjob\n");

const dayMs = 86_400_000;
const words = (line: string) => (line.match(/(?:[^\s']+|'[^']*')+/g) ?? []).map((word) => word.replaceAll("'", ""));

const manifests = `apiVersion: batch/v1
kind: Job
metadata:
  name: pi
  labels: {app: pi}
spec:
  completions: 2
  parallelism: 2
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox:1.36
        command: [sh, -c, "echo pi; sleep 3; echo done"]
        resources: {requests: {cpu: 100m, memory: 64Mi}}
        env: [{name: A, value: b}, {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: fails}
spec:
  backoffLimit: 1
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "exit 3"]}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "0 0 1 1 *"
  suspend: true
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{name: main, image: "busybox:1.36", command: ["date"]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {note: "one\\ntwo"}}
data: {a: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: texts}
# One entry each: kubectl describes several in any order.
data: {long: "x\\ny\\n"}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;

describe.skipIf(!hasKubectl)("of objects that are ten days old", () => {
  const served = new ServedCluster();

  beforeAll(async () => {
    // Ages of so many days stand still for longer than the test takes.
    const startMs = Date.now() - 10 * dayMs - 3_600_000;
    await served.create({ create: ["--emulated-version", "1.32"], startMs });
    await served.kjob(["apply", "-f", served.write("all.yaml", manifests)], { wallNow: () => startMs });
    await served.serve();
  }, 60_000);
  afterAll(() => served.remove());

  it.each([
    ...["get jobs", "get all -A", "get nodes -o wide"],
    ...[
      "get all -o yaml --show-managed-fields",

      "get pods -o 'jsonpath={.items[*].status.phase}'",
    ],
    ...[
      "get pods -l job-name=pi --sort-by=.metadata.name",

      "get nothing",
    ],
    ...[
      "get jobs --show-labels",
      "get all --show-labels -L app",
      "get jobs --sort-by=.status.completionTime",
      "get pods --sort-by=.metadata.creationTimestamp",
      "get jobs --sort-by=.nothing",
      "get jobs,pods --sort-by=.metadata.name",
      "get job pi fails -w",
      "get jobs -o custom-columns=N:.metadata.name,E:.spec.template.spec.containers[0].env[0].name",
      "get jobs -o custom-columns=N:.spec.template.spec.containers[9].name",
      "get jobs -o jsonpath={.items[9]}",
      "get job pi -o go-template={{.kind}",
      "get job pi -o 'go-template={{printf \"%[2]d %[1]d %U\" 1 2 65}}'",
      "get job pi -o JSON",
      "get job/pi --subresource=nothing",
      "get events --field-selector message=x",
      "get -f FILE jobs",
      "get -- job pi",
      "get --raw nothing",
    ],
    ...[
      "create cm x --from-literal=a=1 --from-literal=a=2",
      "create cm x --append-hash --dry-run=client -o name",
      "create secret generic x --from-literal=a=1 --from-literal=a=2",
      "create service clusterip x --tcp=80:90:100 --tcp=http",
      "create secret kettle x",
      "create token nobody",
      "run x --image=busybox --port=http",
      "run x --image=busybox --dry-run=client --env=1",
      "set image job",
      "set image cj/tick --dry-run=client",
      "set selector svc web 'app in (x)'",
      "set env cj/tick 1A=b --dry-run=client",
      'patch job pi --type=json -p \'[{"op":"remove","path":"/spec/nothing"}]\' --dry-run=client',
      "label job pi app=pi --all",
      "label -f FILE --local a=b",
      "delete job nothing --cascade=false",
      "delete --raw nothing",
      "logs job/pi --limit-bytes=-1",
      "explain job..spec",
      "events --for=nothing/x",
    ],
    ...[
      "describe job --show-events",
      "describe pods --show-events",
      "describe sts,svc,cm,cj --show-events",
      "describe node",
      "describe ns default",
    ],
    ...["logs job/pi --all-containers --prefix", "logs job/pi --tail=1 --timestamps", "logs -f job/pi"],
    ...["explain job", "explain job.spec --recursive", "explain job.spec.nothing"],
    ...[
      "auth can-i create jobs",

      "auth can-i --list",

      "auth whoami",
    ],
    ...[
      "api-resources --verbs=list",

      "diff -f FILE",
      "apply -f FILE",
      "apply -f FILE --dry-run=client",
    ],
    ...[
      "apply -f FILE --server-side --dry-run=server",
      "wait --for=condition=complete job/pi",
      "rollout status sts/web",
    ],
    ...["delete job nothing"],
  ])("prints the same for: %s", async (line) => {
    const argv = words(line.replace("FILE", `${served.folder}/all.yaml`));
    const [theirs, ours] = [await served.kubectl(argv), await served.kjob(argv)];
    expect(normalised(ours, rules)).toEqual(normalised(theirs, rules));
  });
});

describe.skipIf(!hasKubectl)("of two clusters of the same seed, one for each", () => {
  const [theirs, ours] = [new ServedCluster(), new ServedCluster()];

  beforeAll(async () => {
    for (const cluster of [theirs, ours]) {
      await cluster.create({ create: ["--clock", "virtual", "--emulated-version", "1.32"] });
      cluster.write("all.yaml", manifests);
      cluster.write("changed.yaml", manifests.replace("suspend: true", "suspend: false").replace('a: "1"', 'a: "2"'));
      cluster.write("owned.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {a: '1'}\n");
      cluster.write("contended.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned}\ndata: {a: '2'}\n");
      cluster.write("unknown.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\n");
      cluster.write("wrong.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: wrong}\nspec: {completion: 1}\n");
    }
    await theirs.serve();
    theirs.runClock({ everyMs: 20, byMs: 100 });
  }, 60_000);
  afterAll(() => Promise.all([theirs.remove(), ours.remove()]));

  // In this order: each goes on from what the ones before it have left.
  it.each([
    ...[
      "apply -f all.yaml",
      "wait --for=condition=complete job/pi",
      "logs -f job/pi",
      "get jobs",
      "wait --for=condition=failed job/fails",
    ],
    ...["diff -f changed.yaml", "apply -f changed.yaml", "apply --server-side -f owned.yaml"],
    ...[
      "apply --server-side --field-manager=other -f contended.yaml",
      "apply -f wrong.yaml",
      "apply -f unknown.yaml",
      "delete ns default",
    ],
    ...[
      "apply --server-side --field-manager=other --force-conflicts -f contended.yaml",
      "get cm owned -o yaml --show-managed-fields",
    ],
    ...["run shell --image=busybox --restart=Never -- sleep 100000", "wait --for=condition=Ready pod/shell"],
    ...[
      "exec shell -- sh -c 'echo out; echo err >&2; exit 3'",
      "exec -i shell -- cat",
      "exec nobody -- true",
      "describe pod shell",
    ],
    ...[
      "edit configmap settings",
      "get configmap settings -o yaml",
      "label job pi a=b",
      "annotate job pi c=d",
      'patch job pi -p \'{"spec":{"suspend":false}}\'',
    ],
    ...[
      "create namespace other",
      "create secret generic hidden --from-literal=a=1",
      "create cronjob tock --image=busybox '--schedule=*/5 * * * *' -- date",
    ],
    ...[
      "get cj,secrets",
      "get ns",
      "create job by-hand --from=cronjob/tick",
      "get jobs -w --request-timeout=REQUEST",
      "delete job pi",
      "delete -f all.yaml --ignore-not-found --wait=false",
      "delete pod shell --now",
      "get all",
    ],
  ])("prints the same for: %s", async (line) => {
    const environment = { KUBE_EDITOR: "sed -i s/note:/noted:/" };
    const input = line.startsWith("exec -i") ? "hello\n" : "";
    const run = (cluster: ServedCluster, requestTimeout: string) =>
      words(line.replace("REQUEST", requestTimeout)).map((word) =>
        word.endsWith(".yaml") ? `${cluster.folder}/${word}` : word,
      );
    const [left, right] = [
      await theirs.kubectl(run(theirs, "2s"), { input, environment }),
      await ours.kjob(run(ours, "10s"), { input, environment }),
    ];
    const all = [...rules, ...clockRules];
    expect(normalised(right, all)).toEqual(normalised(left, all));
  });
});
