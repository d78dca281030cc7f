import type { KubeObject } from "../../../src/api/meta/object.js";
import { type ResourceName, resources } from "../../../src/api/resources.js";
import type { ApiClient } from "../../../src/client/api-client.js";
import type { ClientRequest } from "../../../src/kubectl/edge.js";
import { WorldSession } from "../world-session.js";

const cronJob = (name: string, image = "busybox:1.36") => `apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}, labels: {a: b, app: ${name}}}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: main, image: "${image}", env: [{name: COLOUR, value: blue}]}
          - {name: side, image: "${image}"}
`;

const statefulSet = (name: string, image = "nginx:1.27") => `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}, labels: {a: b}}
spec:
  serviceName: ${name}
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: "${image}"}]}
`;

const service = (name: string) => `apiVersion: v1
kind: Service
metadata: {name: ${name}, labels: {a: b}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
`;

const pod = (name: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {a: b, app: ${name}}}
spec:
  restartPolicy: Never
  nodeName: node-1
  containers:
  - {name: main, image: busybox, stdin: true, command: [sh, -c, 'echo main; echo 0123456789; sleep 100000'], ports: [{containerPort: 80}]}
  - {name: side, image: busybox, command: [sh, -c, 'echo side; sleep 100000']}
`;

/** Made for this test, and for nothing else. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBjTCCATOgAwIBAgIUU4RSPBMPx8hTh1pLWDS2XWieUcMwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQbWlsbC5leGFtcGxlLmNvbTAgFw0yNjExMjIwNjM5MDZaGA8y
MTI2MTAyOTA2MzkwNlowGzEZMBcGA1UEAwwQbWlsbC5leGFtcGxlLmNvbTBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABKst4Zf3hsKqVwiYKIGYeXcmhuWBzgg4pg1i
OxIWQAEYBq+1llTwwWg7YN636JGZh7FAaYJ2lPuJJCRmKYgzB6yjUzBRMB0GA1Ud
DgQWBBQcxhws9kPBqex7gkbGYTSygm3ftjAfBgNVHSMEGDAWgBQcxhws9kPBqex7
gkbGYTSygm3ftjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIDoX
HmccRrAf82jfK3xNbjfuzwarTh9bMFrhQ9O8cYo8AiEAyd8z83C4FFjOLgsZrEpK
vR176xtdGIKGVOtplOv/Yok=
-----END CERTIFICATE-----
`;
const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdLZWjVZmyCLkBKhm
D5tQAGYa+uqHGzw56a/qKVt5Ti2hRANCAASrLeGX94bCqlcImCiBmHl3Joblgc4I
OKYNYjsSFkABGAavtZZU8MFoO2Det+iRmYexQGmCdpT7iSQkZimIMwes
-----END PRIVATE KEY-----
`;

/** Files by name; those of one family are the same in number, and differ in what is in them. */
function filesOf(family: string, make: (name: string) => string, names: readonly [string, string]) {
  const [first, second] = names;
  return {
    [`${family}/one.yaml`]: make(first),
    [`${family}/other.yaml`]: make(second),
    [`${family}/tree/flat.yaml`]: make(first),
    [`${family}/tree/deep/down.yaml`]: make(second),
    [`${family}/overlay/kustomization.yaml`]: "resources: [object.yaml]\ncommonAnnotations: {overlaid: 'yes'}\n",
    [`${family}/overlay/object.yaml`]: make(first),
  };
}

const files: Readonly<Record<string, string>> = {
  ...filesOf("crons", cronJob, ["pan", "pot"]),
  ...filesOf("sets", statefulSet, ["quiz", "exam"]),
  ...filesOf("pods", pod, ["desk", "chair"]),
  ...filesOf("services", service, ["web", "quiz"]),
  ...filesOf("fresh", (name) => cronJob(name), ["new", "newer"]),
  ...filesOf("changed", (name) => cronJob(name, "busybox:1.37"), ["pan", "pot"]),
  "two.yaml": `${cronJob("pan", "busybox:1.37")}---\n${cronJob("pot", "busybox:1.37")}`,
  "unknown-field.yaml": `${cronJob("odd")}colour: red\n`,
  "env.txt": "SIZE=9\nSHAPE=round\n",
  "text.txt": "hello\n",
  "patch.yaml": "spec: {suspend: true}\n",
  "docker.json": '{"auths":{}}',
  "columns.txt": "NAME\n.metadata.name\n",
  "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {word: changed}\n",
  "local.yaml": cronJob("paper"),
  "service.yaml": service("web"),
  "outside/kustomization.yaml": "resources: [../crons/one.yaml]\n",
  "cert.pem": certificate,
  "key.pem": privateKey,
  "tied.yaml": cronJob("tied").replace("value: blue", "valueFrom: {configMapKeyRef: {name: jar, key: a}}"),
  "stuck.yaml": statefulSet("stuck", "example.com/stuck:1").replace(
    "labels: {app: stuck}}",
    "labels: {app: stuck}, annotations: {kjob.dev/pull-error: not found}}",
  ),
  "immovable.yaml": statefulSet("quiz").replace("serviceName: quiz", "serviceName: other"),
  "drift.yaml": cronJob("drift"),
  "drifted.yaml": cronJob("drift").replace("0 3 * * *", "0 5 * * *"),
  "other-pod.yaml": pod("desk").replace("command: [sh, -c, 'echo side; sleep 100000']", "command: [sh]"),
  "slow.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata: {name: slow, finalizers: [example.com/slow]}\nspec: {nodeName: node-2, containers: [{name: a, image: busybox}]}\n",
  "store.yaml":
    "apiVersion: v1\nkind: Pod\nmetadata: {name: store}\nspec: {nodeName: node-1, volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: nginx, volumeMounts: [{name: v, mountPath: /v}]}]}\n",
};

/** A cluster in which there is something of everything that verbs are for; made once, and as it was for each command. */
export class FlagWorld extends WorldSession {
  readonly calls: string[] = [];

  static async make(): Promise<FlagWorld> {
    const session = new FlagWorld({ nodes: 2 });
    session.reset();
    const setUp = [
      "create namespace mill",
      "create configmap jar --from-literal=a=1",
      "label configmap jar a=b",
      "create configmap jar --from-literal=a=1 -n mill",
      "create secret generic key --from-literal=word=door",
      "apply -f crons/one.yaml -f crons/other.yaml",
      "apply -f sets/one.yaml -f sets/other.yaml",
      "apply -f pods/one.yaml -f pods/other.yaml",
      "create service clusterip web --tcp=80",
      "create service clusterip quiz --tcp=80",
      "create job done --image=busybox -- sh -c 'echo done'",
      "create job broken --image=busybox -- sh -c 'echo broken; exit 3'",
      `patch job broken -p '{"spec":{"activeDeadlineSeconds":5}}'`,
      "create job busy --image=busybox -- sleep 100000",
      "wait --for=condition=complete job/done",
      "wait --for=condition=Ready pod/desk pod/chair --timeout=1m",
      "apply -f tied.yaml -f stuck.yaml",
      "create -f slow.yaml -f store.yaml",
      "apply -f drift.yaml",
      `patch cronjob drift -p '{"spec":{"schedule":"0 4 * * *"}}'`,
      "label node node-1 node-2 disk=old",
      "create configmap marked",
      "label configmap marked a=b",
      "annotate configmap marked made=once",
      "create job idle --image=busybox",
      `patch job idle -p '{"spec":{"suspend":true}}'`,
      "taint node node-1 held=y:PreferNoSchedule",
      "wait --for=jsonpath={.status.readyReplicas}=1 sts/quiz --timeout=2m",
      "set image sts/quiz main=nginx:1.28",
      "delete pod slow --wait=false",
    ];
    for (const line of setUp) {
      const { exitStatus, err } = await session.run(line);
      if (exitStatus !== 0) throw new Error(`${line}: ${err}`);
    }
    session.cluster.advance(20);
    session.cluster.restart();
    return session;
  }

  /** All files and settings as at the beginning. */
  reset(): void {
    this.files.clear();
    for (const [path, text] of Object.entries(files)) this.files.set(path, text);
    this.written.clear();
    this.shown.length = 0;
    this.calls.length = 0;
    this.contexts = [
      { name: "kjob", cluster: "kjob", user: "kjob", namespace: "" },
      { name: "other", cluster: "kjob", user: "kjob", namespace: "mill" },
    ];
    this.current = "kjob";
    this.stdin = "";
    this.edited = (text) => text.replace(/("?a"?): ("?)b"?/, "$1: $2c$2");
  }

  /** What a command prints, asks, writes and leaves behind; the cluster forgets it afterwards. */
  async observe(
    line: string,
    options: { readonly stdin?: string; readonly first?: readonly string[] } = {},
  ): Promise<Observed> {
    this.reset();
    this.stdin = options.stdin ?? "";
    const { backend } = this.cluster;
    backend.begin();
    try {
      for (const each of options.first ?? []) await this.run(each);
      const startMs = this.cluster.world.nowMs;
      const { out, err, exitStatus } = await this.run(line);
      return {
        out,
        err,
        exitStatus,
        calls: [...this.calls],
        tookMs: this.cluster.world.nowMs - startMs,
        objects: this.#objects(),
        shown: [...this.shown],
        written: [...this.written],
        settings: JSON.stringify([this.contexts, this.current]),
      };
    } finally {
      await backend.abort();
      this.cluster.reopen();
    }
  }

  #objects(): readonly string[] {
    const kinds = (Object.keys(resources) as ResourceName[]).filter((name) => name !== "events" && name !== "leases");
    return kinds.flatMap((name) => this.cluster.world.registry.list(name, "").map((object) => textOf(object)));
  }

  protected override async open(request: ClientRequest): Promise<ApiClient> {
    const client = await super.open(request);
    const note = (name: string, args: readonly unknown[]) => {
      const told = args.filter((arg) => typeof arg !== "function");
      this.calls.push(`${name} ${JSON.stringify(told, (_, value) => (value?.subresources ? value.name : value))}`);
    };
    return new Proxy(client, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function" || name === "now") return member;
        return (...args: readonly unknown[]) => {
          note(String(name), args);
          return member.apply(target, args);
        };
      },
    });
  }
}

export interface Observed {
  readonly out: string;
  readonly err: string;
  readonly exitStatus: number;
  readonly calls: readonly string[];
  readonly tookMs: number;
  readonly objects: readonly string[];
  readonly shown: readonly string[];
  readonly written: readonly (readonly [string, string])[];
  readonly settings: string;
}

function textOf({ metadata, ...rest }: KubeObject): string {
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata;
  return JSON.stringify({ metadata: kept, ...rest });
}
