import type { Container, Pod, PodSpec } from "../../src/api/generated/types.js";
import type { Dice } from "./random-script.js";

/** Scripts of containers: what ends and fails, waits, prints, leaves files, runs in the background, reacts to signals. */
const scripts = [
  "sleep 5; echo done",
  "echo start; sleep $((RANDOM % 20)); echo end",
  "exit 1",
  "sleep 2; exit 3",
  'test $((JOB_COMPLETION_INDEX % 2)) = 0 && exit 1; sleep 1; echo "index $JOB_COMPLETION_INDEX"',
  "for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 2; done",
  "while true; do date; sleep 25; done",
  'trap "echo bye; exit 0" TERM; echo waiting; while :; do sleep 9; done',
  "(sleep 3; echo child) & echo parent; wait; echo both",
  "echo $(date +%s) >> /shared/count; wc -l < /shared/count; sleep 1; test $(wc -l < /shared/count) -gt 2",
  "until [ -f /shared/go ]; do sleep 12; done; echo gone",
  "nslookup workers.default.svc.cluster.local; sleep 4; ping -c 2 127.0.0.1",
  "seq 1 40 | while read n; do echo -n $n,; done; echo; sleep 3; yes | head -n 300 | md5sum",
  "cat /settings/greeting; sleep 20; cat /settings/greeting; sh /settings/script.sh",
  'echo "$GREETING from $HOSTNAME"; echo no-newline-at-the-end | tr -d "\\n"; sleep 9',
  "printf 'a\\tb\\n' > /tmp/x; sleep 1; cat /tmp/x | sed s/a/A/ | awk '{print $2, $1}'; sleep 1; ls -la /tmp",
  "timeout 3 sleep 10; echo timed out: $?; sleep 2 & sleep 1; kill $!; wait $!; echo $?",
  "set -e; sleep 1; false; echo not reached",
  "mkdir /tmp/q; echo x > /tmp/q/f; sleep 12; rm -r /tmp/q; echo $RANDOM; nothing-of-that-name",
  "sleep 3000",
];

/** A Pod's labels, annotations and spec, in one of many shapes. */
export function randomPodParts(
  draw: Dice,
  restartPolicy: NonNullable<PodSpec["restartPolicy"]>,
): { readonly metadata: NonNullable<Pod["metadata"]>; readonly spec: PodSpec } {
  const containers = [randomContainer(draw, "main")];
  if (draw.chance(0.2)) containers.push(randomContainer(draw, "second"));
  const initContainers: Container[] = [];
  if (draw.chance(0.2)) initContainers.push(withScript(draw, "prepare", "echo prepared > /shared/ready; sleep 2"));
  if (draw.chance(0.15)) {
    initContainers.push({
      ...withScript(draw, "aside", "while :; do echo aside; sleep 40; done"),
      restartPolicy: "Always",
    });
  }
  const blackBox = draw.chance(0.15);
  const annotations: { [key: string]: string } = blackBox
    ? { "kjob.dev/duration": "2s-40s", "kjob.dev/failure-rate": "30%", "kjob.dev/logs": "working\nworked" }
    : draw.chance(0.05)
      ? { "kjob.dev/pull-error": "not found" }
      : {};
  const shared = draw.chance(0.5) ? { emptyDir: {} } : { hostPath: { path: "/data/shared" } };
  return {
    metadata: { labels: { app: draw.pick(["worker", "other"]) }, annotations },
    spec: {
      restartPolicy,
      containers,
      ...(initContainers.length > 0 ? { initContainers } : {}),
      ...(draw.chance(0.3) ? { terminationGracePeriodSeconds: draw.between(0, 10) } : {}),
      ...(draw.chance(0.1) ? { activeDeadlineSeconds: draw.between(5, 60) } : {}),
      ...(draw.chance(0.1) ? { subdomain: "workers" } : {}),
      ...(draw.chance(0.05) ? { nodeSelector: { "kubernetes.io/hostname": "node-2" } } : {}),
      volumes: [
        { name: "shared", ...shared },
        { name: "settings", configMap: { name: "settings", optional: draw.chance(0.9) } },
      ],
    },
  };
}

export function randomContainer(draw: Dice, name: string): Container {
  const container = withScript(draw, name, draw.pick(scripts));
  return {
    ...container,
    ...(draw.chance(0.15) ? { resources: { requests: { cpu: draw.pick(["500m", "3", "7"]), memory: "1Gi" } } } : {}),
    ...(draw.chance(0.1)
      ? { readinessProbe: { exec: { command: ["test", "-f", "/shared/go"] }, periodSeconds: draw.between(1, 10) } }
      : {}),
    ...(draw.chance(0.1)
      ? { livenessProbe: { exec: { command: ["sh", "-c", "exit $((RANDOM % 4 / 3))"] }, failureThreshold: 1 } }
      : {}),
    ...(draw.chance(0.1) ? { lifecycle: { preStop: { exec: { command: ["sh", "-c", "echo stop; sleep 2"] } } } } : {}),
  };
}

function withScript(draw: Dice, name: string, script: string): Container {
  return {
    name,
    image: draw.pick(["busybox", "busybox:1.36", "alpine", "bash"]),
    command: ["sh", "-c", script],
    env: [
      { name: "GREETING", valueFrom: { configMapKeyRef: { name: "settings", key: "greeting", optional: true } } },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    ],
    volumeMounts: [
      { name: "shared", mountPath: "/shared" },
      { name: "settings", mountPath: "/settings" },
    ],
  };
}
