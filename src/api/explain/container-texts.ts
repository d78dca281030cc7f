import type { TypeTexts } from "./texts.js";

/** Containers and what they are given. */
export const containerTexts: Readonly<Record<string, TypeTexts>> = {
  Container: {
    about: "Container is one program of a Pod, in its image.",
    fields: {
      args: "What the command is called with. Left out, what the image says. $(NAME) is replaced by the variable's value.",
      command: "What is run, not in a shell. Left out, the entrypoint of the image.",
      env: "Environment variables.",
      envFrom: "ConfigMaps and Secrets whose keys become variables. What env says goes first.",
      image: "The image, with its tag or digest.",
      imagePullPolicy:
        "Always, IfNotPresent or Never. Defaults to Always for the tag latest, and to IfNotPresent otherwise.",
      lifecycle: "What to run after the start and before the end of the container.",
      livenessProbe: "The check that tells whether the container has to be started again.",
      name: "The name, unique in the Pod.",
      ports: "Ports that the container listens on. For information; a port that is not listed can be reached as well.",
      readinessProbe: "The check that tells whether the container is ready for traffic.",
      resizePolicy: "Whether a change of resources needs a restart.",
      resources: "What the container asks for, and what it may use at most.",
      restartPolicy:
        "For init containers, Always makes a sidecar that runs on beside the others. For others it overrides that of the Pod.",
      restartPolicyRules: "Exit codes at which the container is started again, whatever restartPolicy says.",
      securityContext: "Users, groups and privileges of this container.",
      startupProbe: "The check that has to pass before the other two begin.",
      stdin: "Whether the container has a standard input to attach to.",
      stdinOnce: "Whether that is closed after the first who attached has gone.",
      terminationMessagePath:
        "The file in which the container may leave a last message. Defaults to /dev/termination-log.",
      terminationMessagePolicy:
        "File, or FallbackToLogsOnError: the end of the log, where a failed container left no file.",
      tty: "Whether the container has a terminal. Needs stdin.",
      volumeDevices: "Block devices of volumes.",
      volumeMounts: "Where volumes are mounted.",
      workingDir: "The folder that the program starts in. Left out, what the image says.",
    },
  },
  ContainerPort: {
    about: "ContainerPort is a port that a container listens on.",
    fields: {
      containerPort: "The number, from 1 to 65535.",
      hostIP: "The address of the node that the port is bound to.",
      hostPort: "The port of the node. Rarely needed.",
      name: "A name that Services can refer to.",
      protocol: "TCP (the default), UDP or SCTP.",
    },
  },
  EnvVar: {
    about: "EnvVar is an environment variable of a container.",
    fields: {
      name: "The name of the variable.",
      value: "The value. $(NAME) is replaced by the value of a variable defined before; $$ is a dollar sign.",
      valueFrom: "Where the value comes from. Not together with value.",
    },
  },
  EnvVarSource: {
    about: "EnvVarSource is where the value of a variable comes from; one of its fields is set.",
    fields: {
      configMapKeyRef: "A key of a ConfigMap.",
      fieldRef: "A field of the Pod, such as metadata.name or status.podIP.",
      fileKeyRef: "A key of a file in a volume.",
      resourceFieldRef: "A request or limit of a container.",
      secretKeyRef: "A key of a Secret.",
    },
  },
  EnvFromSource: {
    about: "EnvFromSource is a ConfigMap or Secret whose keys become environment variables.",
    fields: {
      configMapRef: "The ConfigMap.",
      prefix: "What is written before each key.",
      secretRef: "The Secret.",
    },
  },
  ConfigMapKeySelector: {
    about: "ConfigMapKeySelector is a key of a ConfigMap.",
    fields: { key: "The key.", name: "The name of the ConfigMap.", optional: "True: it may be missing." },
  },
  SecretKeySelector: {
    about: "SecretKeySelector is a key of a Secret.",
    fields: { key: "The key.", name: "The name of the Secret.", optional: "True: it may be missing." },
  },
  ConfigMapEnvSource: {
    about: "ConfigMapEnvSource is a ConfigMap that fills the environment.",
    fields: { name: "The name of the ConfigMap.", optional: "True: it may be missing." },
  },
  SecretEnvSource: {
    about: "SecretEnvSource is a Secret that fills the environment.",
    fields: { name: "The name of the Secret.", optional: "True: it may be missing." },
  },
  ObjectFieldSelector: {
    about: "ObjectFieldSelector is a field of the Pod.",
    fields: {
      apiVersion: "The version that fieldPath is meant in. Defaults to v1.",
      fieldPath: "The path of the field.",
    },
  },
  ResourceFieldSelector: {
    about: "ResourceFieldSelector is a request or limit of a container.",
    fields: {
      containerName: "The container; needed in volumes.",
      divisor: "What the number is divided by. Defaults to 1.",
      resource: "The resource: limits.cpu, requests.memory.",
    },
  },
  ResourceRequirements: {
    about: "ResourceRequirements is what is asked for and what may be used.",
    fields: {
      claims: "Claims of devices that the container uses.",
      limits: "The most that may be used. Above it, CPU is slowed down, and for memory the container is killed.",
      requests: "What has to be free on the node. Defaults to the limits.",
    },
  },
  Probe: {
    about: "Probe is a check of a container that is repeated.",
    fields: {
      exec: "A command in the container; exit code 0 is good.",
      failureThreshold: "After how many failures in a row it counts as failed. Defaults to 3.",
      grpc: "A call of gRPC's health check.",
      httpGet: "A request by HTTP; a code from 200 to 399 is good.",
      initialDelaySeconds: "Seconds after the start until the first check.",
      periodSeconds: "Seconds between checks. Defaults to 10.",
      successThreshold: "After how many successes in a row it counts as good again. Defaults to 1.",
      tcpSocket: "A connection to a port.",
      terminationGracePeriodSeconds: "Seconds that the container has to end after a failed probe.",
      timeoutSeconds: "Seconds that one check may take. Defaults to 1.",
    },
  },
  Lifecycle: {
    about: "Lifecycle is what to do when a container has started and before it is ended.",
    fields: {
      postStart: "Done right after the start. If it fails the container is ended.",
      preStop: "Done before SIGTERM; the grace period is running meanwhile.",
      stopSignal: "The signal that ends the container instead of SIGTERM.",
    },
  },
  SecurityContext: {
    about: "SecurityContext is what one container may do. It goes before that of the Pod.",
    fields: {
      allowPrivilegeEscalation: "Whether a process may get more rights than its parent.",
      capabilities: "Capabilities to add and to drop.",
      privileged: "True: the container has the rights of root on the node.",
      readOnlyRootFilesystem: "True: the container cannot write to its root file system.",
      runAsGroup: "The group that processes run as.",
      runAsNonRoot: "True: the container is not started as root.",
      runAsUser: "The user that processes run as.",
    },
  },
  ContainerStatus: {
    about: "ContainerStatus is how a container is.",
    fields: {
      containerID: "The ID that the runtime gave it.",
      image: "The image that it runs.",
      imageID: "The digest of the image.",
      lastState: "How the container ended before its last restart.",
      name: "The name of the container.",
      ready: "Whether its readiness probe passes.",
      restartCount: "How often it was started again.",
      started: "Whether its startup probe has passed.",
      state: "Whether it waits, runs or has ended.",
    },
  },
  ContainerState: {
    about: "ContainerState is what a container does now; one of its fields is set.",
    fields: {
      running: "It runs.",
      terminated: "It has ended.",
      waiting: "It has not started yet, or is about to again.",
    },
  },
  ContainerStateTerminated: {
    about: "ContainerStateTerminated is how a container ended.",
    fields: {
      containerID: "The ID that the runtime gave it.",
      exitCode: "The exit code of its program.",
      finishedAt: "When it ended.",
      message: "What it left as its last message.",
      reason: "Completed, Error or OOMKilled.",
      signal: "The signal that ended it.",
      startedAt: "When it had started.",
    },
  },
  ContainerStateWaiting: {
    about: "ContainerStateWaiting is why a container does not run yet.",
    fields: { message: "The details.", reason: "ContainerCreating, CrashLoopBackOff, ErrImagePull, ImagePullBackOff." },
  },
  ContainerStateRunning: {
    about: "ContainerStateRunning is a container that runs.",
    fields: { startedAt: "When it was started, or started again." },
  },
};
