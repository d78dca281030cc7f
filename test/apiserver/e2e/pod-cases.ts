import type { V1Pod } from "@kubernetes/client-node";
import { expect } from "vitest";
import type { E2eCluster, E2eIt } from "./cluster.js";
import { images, testPod } from "./manifests.js";

/** What Pods do that Jobs lean on. */
export function podCases(it: E2eIt): void {
  it("go within the grace that a delete allows", async (cluster) => {
    const { core, namespace } = cluster;
    const pod = testPod("pod-submit-remove");
    const labelSelector = `time=${namespace}`;
    await cluster.createPod({ ...pod, metadata: { ...pod.metadata, labels: { time: namespace } } });
    expect((await core.listNamespacedPod({ namespace, labelSelector })).items).toHaveLength(1);
    await cluster.waitForPod("pod-submit-remove", "Running");
    const target = { namespace, name: "pod-submit-remove" };
    const last = await core.deleteNamespacedPod({ ...target, gracePeriodSeconds: 30 });
    expect(last.metadata?.deletionTimestamp).toBeDefined();
    expect(last.metadata?.deletionGracePeriodSeconds).toBe(30);
    await cluster.gone(() => cluster.pod("pod-submit-remove"));
    expect((await core.listNamespacedPod({ namespace, labelSelector })).items).toEqual([]);
  });

  it("have the class that their requests and limits make", async (cluster) => {
    const amounts = { cpu: "100m", memory: "100Mi" };
    const resources = { requests: amounts, limits: amounts };
    const containers = [{ name: "agnhost", image: images.agnhost, args: ["pause"], resources }];
    await cluster.createPod(testPod("pod-qos-class", { containers }));
    expect((await cluster.pod("pod-qos-class")).status?.qosClass).toBe("Guaranteed");
  });

  it("never report success of a container that failed, however soon they are deleted", async (cluster) => {
    const resources = { requests: { cpu: "5m", memory: "10Mi" } };
    const fail = { name: "fail", image: images.busybox, command: ["/bin/false"], resources };
    const blocked = { name: "blocked", image: images.busybox, command: ["/bin/true"], resources };
    const spec = { restartPolicy: "Never", terminationGracePeriodSeconds: 1 };
    for (const delayMs of [0, 1000, 2000, 5000]) {
      const failing = await fastDelete(
        cluster,
        testPod(`failing-${delayMs}`, { ...spec, containers: [fail] }),
        delayMs,
      );
      for (const { status } of failing) {
        expect(status?.phase).not.toBe("Succeeded");
        const ended = status?.containerStatuses?.[0]?.state?.terminated;
        if (ended !== undefined) expect(ended.exitCode).not.toBe(0);
      }
      const pod = testPod(`blocked-${delayMs}`, { ...spec, initContainers: [fail], containers: [blocked] });
      for (const { status } of await fastDelete(cluster, pod, delayMs)) {
        expect(status?.phase).not.toBe("Succeeded");
        const never = status?.containerStatuses?.[0];
        expect(never?.started ?? false).toBe(false);
        expect(never?.state?.running).toBeUndefined();
      }
    }
  });

  it("are restarted by a probe that fails, and deleted without an error", async (cluster) => {
    const startupProbe = {
      exec: { command: ["/bin/false"] },
      failureThreshold: 1,
      periodSeconds: 1,
      terminationGracePeriodSeconds: 1,
    };
    const containers = [{ name: "normal", image: images.busybox, command: ["sleep", "1800"], startupProbe }];
    const spec = { restartPolicy: "Always", terminationGracePeriodSeconds: 1, containers };
    await cluster.createPod(testPod("probed", spec));
    await cluster.eventually(async () =>
      (await cluster.pod("probed")).status?.containerStatuses?.[0]?.restartCount === 1 ? true : undefined,
    );
    await cluster.core.deleteNamespacedPod({ namespace: cluster.namespace, name: "probed" });
    await cluster.gone(() => cluster.pod("probed"));
  });

  it("get no other sandbox when all their containers are done", async (cluster) => {
    const once = (name: string) => ({ name, image: images.busybox, command: ["/bin/true"] });
    const spec = { restartPolicy: "OnFailure", initContainers: [once("foo")], containers: [once("bar")] };
    const { metadata } = await cluster.createPod(testPod("pod-always-succeed", spec));
    await cluster.waitForPod("pod-always-succeed", "Succeeded");
    const reasons = await cluster.eventually(async () => {
      const about = `involvedObject.kind=Pod,involvedObject.uid=${metadata?.uid}`;
      const found = await cluster.reasonsOfEvents(
        `${about},involvedObject.namespace=${cluster.namespace},source=kubelet`,
      );
      return found.length > 0 ? found : undefined;
    });
    expect(reasons).not.toContain("SandboxChanged");
    expect(reasons).not.toContain("Scheduled");
  });

  it("take a grace below nothing for one second", async (cluster) => {
    const containers = [{ name: "foo", image: images.busybox, command: ["/bin/sh", "-c", "sleep 10000"] }];
    const spec = { restartPolicy: "OnFailure", containers, terminationGracePeriodSeconds: -1 };
    await cluster.createPod(testPod("negative-grace", spec));
    expect((await cluster.pod("negative-grace")).spec?.terminationGracePeriodSeconds).toBe(1);
    await cluster.updatePod("negative-grace", (pod) => {
      if (pod.spec !== undefined) pod.spec.terminationGracePeriodSeconds = -1;
    });
    expect((await cluster.pod("negative-grace")).spec?.terminationGracePeriodSeconds).toBe(1);
  });

  it("count the changes of their spec as generations, and nothing else", async (cluster) => {
    const initContainers = [{ name: "init-container", image: images.busybox }];
    const created = await cluster.createPod(testPod("generations", { initContainers }));
    expect(created.metadata?.generation).toBe(1);
    await cluster.waitForPod("generations", "Running");
    let generation = 1;
    for (const [isCounted, change] of generationSteps) {
      await cluster.updatePod("generations", change);
      if (isCounted) generation++;
      expect((await cluster.pod("generations")).metadata?.generation).toBe(generation);
    }
  });

  it("begin with generation 1 whatever they are created with, and count their deletion", async (cluster) => {
    const pod = testPod("custom-generation");
    const created = await cluster.createPod({ ...pod, metadata: { ...pod.metadata, generation: 100 } });
    expect(created.metadata?.generation).toBe(1);
    await cluster.waitForPod("custom-generation", "Running");
    const target = { namespace: cluster.namespace, name: "custom-generation" };
    await cluster.core.deleteNamespacedPod({ ...target, gracePeriodSeconds: 60 });
    expect((await cluster.pod("custom-generation")).metadata?.generation).toBe(2);
  });
}

const specOf = (pod: V1Pod) => {
  if (pod.spec === undefined) throw new Error("the Pod has no spec");
  return pod.spec;
};

const generationSteps: readonly (readonly [isCounted: boolean, change: (pod: V1Pod) => void])[] = [
  [false, () => {}],
  [
    true,
    (pod) => {
      const tolerations = specOf(pod).tolerations ?? [];
      specOf(pod).tolerations = [{ key: "foo", operator: "Equal", value: "bar", effect: "NoSchedule" }, ...tolerations];
    },
  ],
  [
    true,
    (pod) => {
      specOf(pod).activeDeadlineSeconds = 5000;
    },
  ],
  [
    true,
    (pod) => {
      for (const container of specOf(pod).containers) container.image = images.nginx;
    },
  ],
  [
    true,
    (pod) => {
      for (const container of specOf(pod).initContainers ?? []) container.image = images.pause;
    },
  ],
  [
    false,
    (pod) => {
      pod.metadata = { ...pod.metadata, annotations: { key: "value" } };
    },
  ],
  [
    false,
    (pod) => {
      pod.metadata = { ...pod.metadata, generation: 1 };
    },
  ],
];

/** Deletes a Pod some time after it was created; returns all that a watch told of it. */
async function fastDelete(cluster: E2eCluster, pod: V1Pod, delayMs: number): Promise<readonly V1Pod[]> {
  const { metadata } = await cluster.createPod(pod);
  const name = metadata?.name ?? "";
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: metadata?.resourceVersion ?? "" };
  const watch = await cluster.watch<V1Pod>(cluster.podsPath, query);
  await cluster.pass(delayMs);
  await cluster.core.deleteNamespacedPod({ namespace: cluster.namespace, name });
  await cluster.eventually(() => watch.seen.find(({ type }) => type === "DELETED"));
  watch.stop();
  return watch.seen.map(({ object }) => object);
}
