import { randomBytes } from "node:crypto";
import { Agent } from "node:https";
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  type RequestContext,
  setHeaderOptions,
  type V1CronJob,
  type V1Job,
  type V1Pod,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LiveServer } from "../live-server.js";
import { Pace } from "./pace.js";

/** Patches of client-node say in a header what kind they are. */
export const mergePatch = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
export const strategicPatch = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/** One that keeps its connections: a TLS handshake costs more than most requests. */
class KeptConfig extends KubeConfig {
  #agent: Agent | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    const { caData = "" } = this.getCurrentCluster() ?? {};
    this.#agent ??= new Agent({ keepAlive: true, ca: Buffer.from(caData, "base64") });
    context.setAgent(this.#agent);
  }

  close(): void {
    this.#agent?.destroy();
  }
}

/** Registers a case, which gets a namespace of its own. */
export type E2eIt = (name: string, run: (cluster: E2eCluster) => Promise<void>) => void;

/** Every case takes about as long as all of them together: much, where the machine is busy with other things. */
const patienceMs = 240_000;

/** One served cluster for all cases of a file. They run side by side; its time passes while they wait. */
export function servedCases(): E2eIt {
  const live = new LiveServer({ speed: 0 });
  const pace = new Pace((ms) => live.server.advance(ms));
  const config = new KeptConfig();
  beforeAll(async () => {
    await live.start();
    config.loadFromFile(live.kubeconfig);
  });
  afterAll(async () => {
    config.close();
    await live.stop();
    expect(live.server.defects).toEqual([]);
  });
  return (name, run) =>
    it.concurrent(
      name,
      async () => {
        const cluster = await E2eCluster.open(config, pace);
        await run(cluster);
        await cluster.close();
      },
      patienceMs,
    );
}

/** What an end-to-end test has: clients, and a namespace with a name that nobody else has. */
export class E2eCluster {
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly namespace = `e2e-${randomBytes(4).toString("hex")}`;
  readonly #config: KubeConfig;
  readonly #pace: Pace;

  private constructor(config: KubeConfig, pace: Pace) {
    this.batch = config.makeApiClient(BatchV1Api);
    this.core = config.makeApiClient(CoreV1Api);
    this.#config = config;
    this.#pace = pace;
  }

  /** Makes a namespace, and waits until Pods can be made in it. */
  static async open(config: KubeConfig, pace: Pace): Promise<E2eCluster> {
    const cluster = new E2eCluster(config, pace);
    const { core, namespace } = cluster;
    const labels = { "e2e-framework": "job", "pod-security.kubernetes.io/enforce": "privileged" };
    await core.createNamespace({ body: { metadata: { name: namespace, labels } } });
    await cluster.eventually(() => existing(core.readNamespacedServiceAccount({ namespace, name: "default" })));
    await cluster.eventually(() => existing(core.readNamespacedConfigMap({ namespace, name: "kube-root-ca.crt" })));
    return cluster;
  }

  /** Deletes the namespace, and waits until all in it is gone. */
  async close(): Promise<void> {
    await this.core.deleteNamespace({ name: this.namespace });
    await this.gone(() => this.core.readNamespace({ name: this.namespace }));
  }

  eventually<T>(look: () => Promise<T | undefined> | T | undefined, everyMs?: number): Promise<T> {
    return this.#pace.eventually(look, everyMs);
  }

  /** Lets cluster time pass. */
  pass(ms: number): Promise<void> {
    return this.#pace.pass(ms);
  }

  /** Looks `times` times, `everyMs` apart, whether something is true all the while. */
  async consistently(
    holds: () => Promise<boolean>,
    { times, everyMs }: { readonly times: number; readonly everyMs: number },
  ) {
    for (let look = 1; look <= times; look++) {
      await this.pass(everyMs);
      if (!(await holds())) throw new Error(`no longer true at look ${look}: ${holds}`);
    }
  }

  /** Waits until what is asked for is no longer there. */
  async gone(ask: () => Promise<unknown>): Promise<void> {
    await this.eventually(async () => ((await existing(ask())) === undefined ? true : undefined));
  }

  createJob(body: V1Job): Promise<V1Job> {
    return this.batch.createNamespacedJob({ namespace: this.namespace, body });
  }

  job(name: string): Promise<V1Job> {
    return this.batch.readNamespacedJob({ namespace: this.namespace, name });
  }

  /** Reads a Job, changes it, writes it, as often as somebody else was faster. */
  updateJob(name: string, change: (job: V1Job) => void): Promise<V1Job> {
    return retryOnConflict(async () => {
      const body = await this.job(name);
      change(body);
      return this.batch.replaceNamespacedJob({ namespace: this.namespace, name, body });
    });
  }

  suspendJob(name: string, suspend: boolean): Promise<V1Job> {
    return this.updateJob(name, ({ spec }) => {
      if (spec !== undefined) spec.suspend = suspend;
    });
  }

  /** Deletes a Job, and waits until it and its Pods are gone. */
  async deleteJob(name: string, propagationPolicy: "Background" | "Foreground" = "Background"): Promise<void> {
    await this.batch.deleteNamespacedJob({ namespace: this.namespace, name, propagationPolicy });
    await this.gone(() => this.job(name));
    await this.podsGone(name);
  }

  createCronJob(body: V1CronJob): Promise<V1CronJob> {
    return this.batch.createNamespacedCronJob({ namespace: this.namespace, body });
  }

  cronJob(name: string): Promise<V1CronJob> {
    return this.batch.readNamespacedCronJob({ namespace: this.namespace, name });
  }

  deleteCronJob(name: string) {
    return this.batch.deleteNamespacedCronJob({ namespace: this.namespace, name, propagationPolicy: "Background" });
  }

  async jobs(): Promise<readonly V1Job[]> {
    return (await this.batch.listNamespacedJob({ namespace: this.namespace })).items;
  }

  pod(name: string): Promise<V1Pod> {
    return this.core.readNamespacedPod({ namespace: this.namespace, name });
  }

  createPod(body: V1Pod): Promise<V1Pod> {
    return this.core.createNamespacedPod({ namespace: this.namespace, body });
  }

  updatePod(name: string, change: (pod: V1Pod) => void): Promise<V1Pod> {
    return retryOnConflict(async () => {
      const body = await this.pod(name);
      change(body);
      return this.core.replaceNamespacedPod({ namespace: this.namespace, name, body });
    });
  }

  waitForPod(name: string, phase: string): Promise<V1Pod> {
    return this.eventually(async () => {
      const pod = await this.pod(name);
      return pod.status?.phase === phase ? pod : undefined;
    });
  }

  async podsOf(job: string): Promise<readonly V1Pod[]> {
    const labelSelector = `job-name=${job}`;
    return (await this.core.listNamespacedPod({ namespace: this.namespace, labelSelector })).items;
  }

  async podsGone(job: string): Promise<void> {
    await this.eventually(async () => ((await this.podsOf(job)).length === 0 ? true : undefined));
  }

  /** The name of a node that takes Pods. */
  async node(): Promise<string> {
    const { items } = await this.core.listNode();
    const name = items.find(({ spec }) => spec?.unschedulable !== true)?.metadata?.name;
    if (name === undefined) throw new Error("no node takes Pods");
    return name;
  }

  waitForJob(name: string, matches: (job: V1Job) => boolean): Promise<V1Job> {
    return this.eventually(async () => {
      const job = await this.job(name);
      return matches(job) ? job : undefined;
    });
  }

  waitForCondition(name: string, type: string, reason?: string): Promise<V1Job> {
    return this.waitForJob(name, (job) => {
      const condition = conditionOf(job, type);
      return condition?.status === "True" && (reason === undefined || condition.reason === reason);
    });
  }

  /** Waits for as many successes as are named and the reason; a Job that fails ends it. */
  async waitForComplete(name: string, succeeded: number, reason = "CompletionsReached"): Promise<V1Job> {
    await this.waitForJob(name, (job) => {
      if (conditionOf(job, "Failed")?.status === "True") throw new Error(`Job ${name} has failed`);
      return (job.status?.succeeded ?? 0) === succeeded;
    });
    await this.waitForCondition(name, "SuccessCriteriaMet", reason);
    return this.waitForCondition(name, "Complete", reason);
  }

  /** Waits for both conditions of a Job that fails; one that completes ends it. */
  async waitForFailed(name: string, reason: string): Promise<V1Job> {
    await this.waitForJob(name, (job) => {
      if (conditionOf(job, "Complete")?.status === "True") throw new Error(`Job ${name} has completed`);
      return conditionOf(job, "FailureTarget")?.reason === reason;
    });
    return this.waitForCondition(name, "Failed", reason);
  }

  waitForPods(job: string, phase: string, count: number): Promise<readonly V1Pod[]> {
    return this.eventually(async () => {
      const pods = (await this.podsOf(job)).filter(({ status }) => status?.phase === phase);
      return pods.length === count ? pods : undefined;
    });
  }

  async reasonsOfEvents(fieldSelector: string): Promise<readonly (string | undefined)[]> {
    const { items } = await this.core.listNamespacedEvent({ namespace: this.namespace, fieldSelector });
    return items.map(({ reason }) => reason);
  }

  /** Notes what a watch tells. */
  async watch<T>(path: string, query: Record<string, string>) {
    const seen: { readonly type: string; readonly object: T }[] = [];
    const watching = await new Watch(this.#config).watch(
      path,
      query,
      (type, object) => seen.push({ type, object }),
      () => {},
    );
    return { seen, stop: () => watching.abort() };
  }

  get jobsPath(): string {
    return `/apis/batch/v1/namespaces/${this.namespace}/jobs`;
  }

  get podsPath(): string {
    return `/api/v1/namespaces/${this.namespace}/pods`;
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

/** Nothing runs any more, and the status says so in all its fields. */
export function expectAtRest({ status }: V1Job): void {
  expect(status?.active).toBeUndefined();
  expect(status).toMatchObject({ ready: 0, terminating: 0 });
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
