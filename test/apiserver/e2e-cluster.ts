import { randomBytes } from "node:crypto";
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  PatchStrategy,
  setHeaderOptions,
  type V1CronJob,
  type V1Job,
  type V1JobSpec,
  type V1Pod,
  type V1PodSpec,
  Watch,
} from "@kubernetes/client-node";
import type { LiveServer } from "./live-server.js";

/** As end-to-end tests of Kubernetes name them. */
const image = "registry.k8s.io/e2e-test-images/busybox:1.37.0-1";
const giveUpMs = 25_000;

/** Patches of client-node say in a header what kind they are. */
export const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
export const strategicPatch = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
export const jsonPatch = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);

/** What an end-to-end test has: clients, and a namespace of its own with a name that nobody else has. */
export class E2eCluster {
  readonly config = new KubeConfig();
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly namespace = `e2e-job-${randomBytes(4).toString("hex")}`;

  private constructor(live: LiveServer) {
    this.config.loadFromFile(live.kubeconfig);
    this.batch = this.config.makeApiClient(BatchV1Api);
    this.core = this.config.makeApiClient(CoreV1Api);
  }

  /** Makes a namespace, and waits until Pods can be made in it. */
  static async open(live: LiveServer): Promise<E2eCluster> {
    const cluster = new E2eCluster(live);
    const { core, namespace } = cluster;
    const labels = { "e2e-framework": "job", "pod-security.kubernetes.io/enforce": "privileged" };
    await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
    await eventually(() => existing(core.readNamespacedServiceAccount({ namespace, name: "default" })));
    await eventually(() => existing(core.readNamespacedConfigMap({ namespace, name: "kube-root-ca.crt" })));
    return cluster;
  }

  /** Deletes the namespace, and waits until all in it is gone. */
  async close(): Promise<void> {
    await this.core.deleteNamespace({ name: this.namespace });
    await eventually(async () =>
      (await existing(this.core.readNamespace({ name: this.namespace }))) === undefined ? true : undefined,
    );
  }

  createJob(body: V1Job): Promise<V1Job> {
    return this.batch.createNamespacedJob({ namespace: this.namespace, body });
  }

  job(name: string): Promise<V1Job> {
    return this.batch.readNamespacedJob({ namespace: this.namespace, name });
  }

  createCronJob(body: V1CronJob): Promise<V1CronJob> {
    return this.batch.createNamespacedCronJob({ namespace: this.namespace, body });
  }

  cronJob(name: string): Promise<V1CronJob> {
    return this.batch.readNamespacedCronJob({ namespace: this.namespace, name });
  }

  async jobs(): Promise<readonly V1Job[]> {
    return (await this.batch.listNamespacedJob({ namespace: this.namespace })).items;
  }

  async podsOf(job: string): Promise<readonly V1Pod[]> {
    const { items } = await this.core.listNamespacedPod({
      namespace: this.namespace,
      labelSelector: `job-name=${job}`,
    });
    return items;
  }

  /** Resolves to the Job once it has a condition. */
  waitFor(name: string, condition: "Complete" | "Failed" | "Suspended"): Promise<V1Job> {
    return eventually(async () => {
      const job = await this.job(name);
      return conditionOf(job, condition)?.status === "True" ? job : undefined;
    });
  }

  waitForPods(job: string, phase: string, count: number): Promise<readonly V1Pod[]> {
    return eventually(async () => {
      const pods = (await this.podsOf(job)).filter(({ status }) => status?.phase === phase);
      return pods.length === count ? pods : undefined;
    });
  }

  async reasonsOfEvents(fieldSelector: string): Promise<readonly (string | undefined)[]> {
    const { items } = await this.core.listNamespacedEvent({ namespace: this.namespace, fieldSelector });
    return items.map(({ reason }) => reason);
  }

  /** Notes what a watch tells from now on. */
  async watch(path: string, query: Record<string, string>) {
    const seen: { readonly type: string; readonly object: KubernetesObject }[] = [];
    const watching = await new Watch(this.config).watch(
      path,
      query,
      (type, object) => seen.push({ type, object }),
      () => {},
    );
    return { seen, stop: () => watching.abort() };
  }
}

/** Asks again until there is something. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const until = Date.now() + giveUpMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`nothing has come of it in ${giveUpMs} ms: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What is asked for, or undefined where it is not there. */
export async function existing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

export function conditionOf({ status }: V1Job, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Does a change again when somebody else was faster. */
export async function retryOnConflict<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof ApiException && error.code === 409) || tries > 20) throw error;
    }
  }
}

/** What the container of a test's Job does; `/data` is shared by all its restarts. */
export const scripts = {
  succeed: "exit 0",
  fail: "exit 1",
  notTerminate: "sleep 1000000",
  randomlySucceedOrFail: "exit $(( $RANDOM / 16384 ))",
  failOnce: "if [[ -r /data/foo ]] ; then exit 0; else touch /data/foo; exit 1; fi",
  failEvenSucceedOdd: "if [ $(expr $JOB_COMPLETION_INDEX % 2) -ne 0 ]; then exit 0; else exit 1; fi",
  failWith42Once: "if [ $JOB_COMPLETION_INDEX -eq 0 ]; then exit 42; else sleep 1000000; fi",
} as const;

export function testJob(
  name: string,
  does: keyof typeof scripts,
  restartPolicy: "Never" | "OnFailure",
  spec: Partial<V1JobSpec> = {},
): V1Job {
  return {
    metadata: { name },
    spec: {
      parallelism: 2,
      completions: 4,
      backoffLimit: 6,
      manualSelector: false,
      template: { metadata: { labels: { job: name } }, spec: podSpec(scripts[does], restartPolicy) },
      ...spec,
    },
  };
}

export function podSpec(script: string, restartPolicy: string): V1PodSpec {
  return {
    restartPolicy,
    terminationGracePeriodSeconds: 1,
    volumes: [{ name: "data", emptyDir: {} }],
    securityContext: {},
    containers: [
      {
        name: "c",
        image,
        command: ["sh", "-c", script],
        volumeMounts: [{ mountPath: "/data", name: "data" }],
        securityContext: {},
      },
    ],
  };
}

export function testCronJob(
  name: string,
  schedule: string,
  concurrencyPolicy: string,
  { script = scripts.succeed, ...spec }: { readonly script?: string } & Partial<V1CronJob["spec"]> = {},
): V1CronJob {
  return {
    kind: "CronJob",
    metadata: { name },
    spec: {
      schedule,
      concurrencyPolicy,
      ...spec,
      jobTemplate: {
        spec: {
          parallelism: 1,
          completions: 1,
          template: { spec: podSpec(script, "OnFailure") },
        },
      },
    },
  };
}
