import { beforeAll, describe, expect, it } from "vitest";
import { type VerbEntry, type VerbTable, verbs } from "../../src/kubectl/verbs.js";
import { FlagWorld } from "./flags/flag-world.js";

const pi = `apiVersion: batch/v1
kind: Job
metadata: {name: pi, labels: {team: maths}}
spec:
  completionMode: Indexed
  completions: 3
  parallelism: 3
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: busybox, command: [sh, -c, 'echo 3.14; [ $JOB_COMPLETION_INDEX = 0 ] || sleep 25']}
`;

const report = `apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, env: [{name: COLOUR, value: red}]}]}}}
`;

const settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {size: '12'}\n";

const guard = (name: string, command: string, labels = "{}") => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: ${labels}}
spec: {restartPolicy: Never, nodeName: node-2, containers: [{name: main, image: busybox, command: [sh, -c, '${command}']}]}
`;

/** What the examples speak of, as it is when a reader comes to them. */
const told: Readonly<Record<string, string>> = {
  "pi.yaml": pi,
  "manifests/pi.yaml": pi,
  "report.yaml": report,
  "settings.yaml": settings,
  "settings.ini": "size=12\n",
  "scripts/run.sh": "echo run\n",
  "overlays/night/kustomization.yaml": "resources: [settings.yaml]\nnameSuffix: -night\n",
  "overlays/night/settings.yaml": settings,
  "guard.yaml": guard("guard", "sleep 9000"),
  "web.yaml": guard("web", "echo fine > /tmp/report.txt; sleep 9000", "{app: web}"),
  "observer.yaml": guard("observer", "mkdir /data; echo hello > /data/message.txt; sleep 9000"),
  "pod.yaml": guard("pi-x7k2p", "echo 3.14; sleep 9000", "{job-name: pi}"),
  "quiz.yaml":
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: quiz}\nspec: {serviceName: quiz, replicas: 1, selector: {matchLabels: {app: quiz}}, template: {metadata: {labels: {app: quiz}}, spec: {containers: [{name: main, image: 'nginx:1.27'}]}}}\n",
};

const before = [
  "create namespace other",
  "create namespace harbour",
  "apply -f settings.yaml -f report.yaml -f guard.yaml -f web.yaml -f observer.yaml -f pod.yaml -f quiz.yaml",
  "apply -f web.yaml -n other",
  "create service clusterip workers --clusterip=None",
  "expose pod web --port=80 --name=web",
  "wait --for=condition=Ready pod/web pod/observer pod/guard --timeout=1m",
  "wait --for=jsonpath={.status.readyReplicas}=1 sts/quiz --timeout=2m",
  "set image sts/quiz main=nginx:1.28",
  "rollout status sts/quiz --timeout=5m",
  "create job report-1 --image=busybox -- date",
  "apply -f pi.yaml",
  "wait --for=jsonpath={.status.succeeded}=1 job/pi",
];

class ExampleWorld extends FlagWorld {
  override reset(): void {
    super.reset();
    const [cert, key] = [this.files.get("cert.pem") ?? "", this.files.get("key.pem") ?? ""];
    for (const [path, text] of Object.entries({ ...told, "door.crt": cert, "door.key": key }))
      this.files.set(path, text);
    for (const name of ["old-name", "kjob-lab"])
      this.contexts.push({ name, cluster: "kjob", user: "kjob", namespace: "" });
    this.edited = (text) => text.replace("maths", "physics");
  }
}

function* walk(table: VerbTable): Generator<VerbEntry> {
  for (const entry of Object.values(table)) {
    yield entry;
    if (entry.subverbs !== undefined) yield* walk(entry.subverbs);
  }
}

/** What a reader has done before some of them. */
const preparations: Readonly<Record<string, readonly string[]>> = {
  "taint node node-1 dedicated:NoSchedule-": ["taint node node-1 dedicated=batch:NoSchedule"],
  "wait --for=delete pod -l job-name=pi": ["delete job pi --wait=false", "delete pod pi-x7k2p --now --wait=false"],
};

/** The lines that the help texts show, each once. */
async function exampleLines(): Promise<readonly string[]> {
  const loaded = await Promise.all([...walk(verbs)].map((entry) => entry.load()));
  const lines = loaded
    .flatMap(({ examples }) => examples.split("\n"))
    .filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set(lines)];
}

describe("the examples of the help texts", () => {
  let full: ExampleWorld;
  beforeAll(async () => {
    full = new ExampleWorld({ nodes: 2 });
    full.reset();
    for (const line of before) {
      const { exitStatus, err } = await full.run(line);
      expect(`${line}: ${exitStatus} ${err}`).toMatch(/: 0 /);
    }
    full.cluster.restart();
  });

  it("run, each of them", async () => {
    const failed: string[] = [];
    const lines = await exampleLines();
    for (const line of lines) {
      const [, piped] = /^cat (\S+) \| /.exec(line) ?? [];
      const [, command = ""] = /(?:^|<\(|\| )kubectl ([^)]*)/.exec(line) ?? [];
      const stdin = piped === undefined ? "" : (told[piped] ?? "");
      const first = preparations[command] ?? [];
      let printed = await full.observe(endless(command), { stdin, first });
      const [, type, name] = /(\S+) "(\S+)" already exists/.exec(printed.err) ?? [];
      if (type !== undefined) printed = await full.observe(command, { stdin, first: [`delete ${type} ${name} --now`] });
      const { exitStatus, err, out } = printed;
      // Differences are what diff is for.
      const wanted = command.startsWith("diff") ? [0, 1] : [0];
      if (!wanted.includes(exitStatus)) failed.push(`${line}: ${exitStatus} ${err}`);
      if (out === "" && err === "" && !/^(diff|cp) /.test(command)) failed.push(`${line}: says nothing`);
    }
    expect(failed).toEqual([]);
    expect(lines.length).toBeGreaterThan(100);
  });
});

/** What goes on until somebody ends it, ended. */
function endless(command: string): string {
  return / -w$|^attach|^logs -f/.test(command) ? `${command} --request-timeout=2s` : command;
}
