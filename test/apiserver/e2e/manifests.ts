import { randomBytes } from "node:crypto";
import type { V1CronJob, V1Job, V1JobSpec, V1Pod, V1PodSpec } from "@kubernetes/client-node";

/** Images as end-to-end tests of Kubernetes name them. */
export const images = {
  busybox: "registry.k8s.io/e2e-test-images/busybox:1.37.0-1",
  pause: "registry.k8s.io/pause:3.10.1",
  agnhost: "registry.k8s.io/e2e-test-images/agnhost:2.59",
  nginx: "registry.k8s.io/e2e-test-images/nginx:1.14-4",
} as const;

const remembered = "/data/foo-$JOB_COMPLETION_INDEX";

/** What the container of a test's Job does; files in `/data` outlive its restarts. */
const behaviours = {
  succeed: { command: ["/bin/sh", "-c", "exit 0"] },
  fail: { command: ["/bin/sh", "-c", "exit 1"] },
  notTerminate: { image: images.pause },
  randomlySucceedOrFail: { command: ["/bin/sh", "-c", "exit $(( $RANDOM / 16384 ))"] },
  failOnce: {
    command: ["/bin/sh", "-c"],
    args: ["\n\tif [[ -r /data/foo ]]\n\tthen\n\t\texit 0\n\telse\n\t\ttouch /data/foo\n\t\texit 1\n\tfi\n"],
  },
  failOddSucceedEven: {
    command: ["sh", "-c"],
    args: ["\n\tif [ $(expr $JOB_COMPLETION_INDEX % 2) -ne 0 ]; then\n\t\texit 1\n\telse\n\t\texit 0\n\tfi\n"],
  },
  failOncePerIndex: {
    command: ["/bin/sh", "-c"],
    args: [`\n\tif [[ -r ${remembered} ]]\n\tthen\n\t\texit 0\n\telse\n\t\ttouch ${remembered}\n\t\texit 42\n\tfi\n`],
  },
  notTerminateOncePerIndex: {
    command: ["/bin/sh", "-c"],
    args: [
      `\n\tif [[ -r ${remembered} ]]\n\tthen\n\t\texit 0\n\telse\n\t\ttouch ${remembered}\n\t\tsleep 1000000\n\tfi\n`,
    ],
  },
  notTerminateOnce: {
    command: ["/bin/sh", "-c"],
    args: [
      "\n\tif [[ -r /data/foo ]]\n\tthen\n\t\texit 0\n\telif [[ $JOB_COMPLETION_INDEX -eq 0 ]]\n\tthen\n\t\ttouch /data/foo\n\t\tsleep 1000000\n\telse\n\t\texit 1\n\tfi\n",
    ],
  },
  slowToStop: {
    command: [
      "/bin/sh",
      "-c",
      "_term(){\n\tsleep 5\n\texit 143\n}\ntrap _term SIGTERM\nwhile true; do\n\tsleep 1\ndone",
    ],
  },
} as const satisfies Record<string, { image?: string; command?: readonly string[]; args?: readonly string[] }>;

export type Behaviour = keyof typeof behaviours;

export interface TestJobOptions extends Partial<V1JobSpec> {
  /** "Never" where nothing is said. */
  readonly restartPolicy?: "Never" | "OnFailure";
  /** All Pods run there, and share `/data` by a folder of that node. */
  readonly node?: string;
}

/** A Job of two Pods at once, four in all, where nothing else is said. */
export function testJob(name: string, does: Behaviour, options: TestJobOptions = {}): V1Job {
  const { restartPolicy = "Never", node, ...spec } = options;
  const template: V1PodSpec = podSpec(does, restartPolicy);
  if (node !== undefined) {
    template.nodeSelector = { "kubernetes.io/hostname": node };
    const path = `/tmp/job-e2e/${randomBytes(5).toString("hex")}`;
    template.volumes = [{ name: "data", hostPath: { path, type: "DirectoryOrCreate" } }];
    for (const container of template.containers) container.securityContext = { privileged: true };
  }
  return {
    kind: "Job",
    metadata: { name },
    spec: {
      parallelism: 2,
      completions: 4,
      backoffLimit: 6,
      manualSelector: false,
      template: { metadata: { labels: { job: name } }, spec: template },
      ...spec,
    },
  };
}

function podSpec(does: Behaviour, restartPolicy: string): V1PodSpec {
  const { image, command, args }: { image?: string; command?: readonly string[]; args?: readonly string[] } =
    behaviours[does];
  return {
    restartPolicy,
    ...(does.startsWith("notTerminateOnce") ? { terminationGracePeriodSeconds: 1 } : {}),
    volumes: [{ name: "data", emptyDir: {} }],
    containers: [
      {
        name: "c",
        image: image ?? images.busybox,
        ...(command === undefined ? {} : { command: [...command] }),
        ...(args === undefined ? {} : { args: [...args] }),
        volumeMounts: [{ mountPath: "/data", name: "data" }],
        securityContext: {},
      },
    ],
  };
}

/** A CronJob of one Pod a run; without a command it runs what its image runs, a shell with nothing to do. */
export function testCronJob(
  name: string,
  concurrencyPolicy: "Allow" | "Forbid" | "Replace",
  options: { readonly command?: readonly string[] } & Partial<V1CronJob["spec"]> = {},
): V1CronJob {
  const { command, ...spec } = options;
  return {
    kind: "CronJob",
    metadata: { name },
    spec: {
      schedule: "*/1 * * * ?",
      concurrencyPolicy,
      jobTemplate: {
        spec: {
          parallelism: 1,
          completions: 1,
          backoffLimit: 1,
          template: {
            spec: {
              restartPolicy: "OnFailure",
              volumes: [{ name: "data", emptyDir: {} }],
              containers: [
                {
                  name: "c",
                  image: images.busybox,
                  volumeMounts: [{ mountPath: "/data", name: "data" }],
                  ...(command === undefined ? {} : { command: [...command] }),
                },
              ],
            },
          },
        },
      },
      ...spec,
    },
  };
}

/** A Pod of one container. */
export function testPod(name: string, spec: Partial<V1PodSpec> = {}): V1Pod {
  const container = { name: "agnhost-container", image: images.agnhost, args: ["pause"] };
  return { metadata: { name }, spec: { containers: [container], ...spec } };
}
