import type { TypeTexts } from "./texts.js";

/** Pods, as Jobs use them. */
export const podTexts: Readonly<Record<string, TypeTexts>> = {
  Pod: {
    about: "A Pod is one or more containers that run together on a node.",
    fields: {
      spec: "What is to run, where and how. Most of it cannot be changed.",
      status: "What has become of it, as its node tells. Read-only.",
    },
  },
  PodTemplateSpec: {
    about: "PodTemplateSpec describes Pods that are to be created.",
    fields: {
      metadata: "Labels and annotations of the Pods that are created.",
      spec: "What is to run in the Pods, where and how.",
    },
  },
  PodSpec: {
    about:
      "PodSpec describes a Pod: its containers, its volumes, where it may run, and what happens when a container ends.",
    fields: {
      activeDeadlineSeconds: "How many seconds the Pod may be on its node before it is ended and marked as failed.",
      affinity: "Near which nodes and Pods this one has to run, or would like to.",
      automountServiceAccountToken: "Whether a token of the service account is mounted into the containers.",
      containers: "The containers; at least one. None can be added or removed later.",
      dnsConfig: "Name servers, search domains and options, besides those that dnsPolicy gives.",
      dnsPolicy: "Where names are looked up: ClusterFirst (the default), ClusterFirstWithHostNet, Default or None.",
      enableServiceLinks:
        "Whether the Services of the namespace are told to containers in variables. Defaults to true.",
      ephemeralContainers: "Containers that were added to a running Pod to look into it.",
      hostAliases: "Lines for the hosts file of the containers.",
      hostIPC: "True: the Pod shares the node's interprocess communication.",
      hostNetwork: "True: the Pod uses the node's network instead of one of its own.",
      hostPID: "True: the Pod sees the processes of the node.",
      hostUsers: "False: the users in the Pod are not those of the node.",
      hostname: "The host name. Left out, it is the name of the Pod.",
      hostnameOverride: "The host name with its domain, whatever the other fields say.",
      imagePullSecrets: "Secrets with which images are pulled from private registries.",
      initContainers:
        "Containers that run one after the other before the others start. Each has to succeed; one with restartPolicy Always runs on beside the others.",
      nodeName: "The node that the Pod is on. Written by the scheduler; given here, the scheduler is passed over.",
      nodeSelector: "Labels that the node has to have.",
      os: "The operating system of the containers.",
      overhead: "What running the Pod takes besides its containers. Filled in from the runtime class.",
      preemptionPolicy: "Whether the Pod may push away those of lower priority: PreemptLowerPriority or Never.",
      priority: "How important the Pod is. Filled in from priorityClassName.",
      priorityClassName: "The name of a priority class.",
      readinessGates: "Conditions that have to be true besides those of the containers for the Pod to be ready.",
      resourceClaims: "Claims of devices that have to be there before the Pod starts.",
      resources: "What the Pod as a whole asks for and may use.",
      restartPolicy:
        "What happens when a container ends. Always starts it again, OnFailure only after an exit code other than 0, Never not at all. Defaults to Always; a Job allows OnFailure and Never.",
      runtimeClassName: "How containers are run, by the name of a runtime class.",
      schedulerName: "Who chooses the node. Defaults to default-scheduler.",
      schedulingGates: "What the scheduler has to wait for. Can only get fewer.",
      schedulingGroup: "The group of Pods that are scheduled together with this one.",
      securityContext: "Users, groups and privileges for all containers.",
      serviceAccount: "An old name of serviceAccountName.",
      serviceAccountName: "The service account that the Pod acts as. Defaults to default.",
      setHostnameAsFQDN: "True: the host name is the full one, with its domain.",
      shareProcessNamespace: "True: the containers see each other's processes.",
      subdomain:
        "The domain of the Pod within its namespace. With a headless Service of this name the Pod is found as HOSTNAME.SUBDOMAIN.",
      terminationGracePeriodSeconds:
        "How many seconds the containers have between SIGTERM and SIGKILL when the Pod is deleted. Defaults to 30.",
      tolerations: "Taints of nodes that the Pod does not mind.",
      topologySpreadConstraints: "How Pods like this one are to be spread over nodes, zones and the like.",
      volumes: "Folders that the containers can mount.",
    },
  },
  PodStatus: {
    about: "PodStatus is what has become of a Pod, as its node last told.",
    fields: {
      conditions:
        "What can be said about the Pod: PodScheduled, Initialized, ContainersReady, Ready, DisruptionTarget.",
      containerStatuses: "How each container is.",
      hostIP: "The address of the node.",
      hostIPs: "The addresses of the node.",
      initContainerStatuses: "How each init container is, in the order in which they run.",
      message: "Why the Pod is in this phase, for people.",
      nominatedNodeName: "The node on which room is being made for the Pod.",
      observedGeneration: "The generation of the spec that this status is about.",
      phase:
        "Pending: not all containers run yet. Running: some do. Succeeded: all have ended with 0. Failed: all have ended, one or more with another code. Unknown: the node cannot be reached.",
      podIP: "The address of the Pod.",
      podIPs: "The addresses of the Pod.",
      qosClass: "Guaranteed, Burstable or BestEffort, from requests and limits. It decides who is evicted first.",
      reason: "Why the Pod is in this phase, in one word: Evicted.",
      startTime: "When the node took the Pod on.",
    },
  },
  PodCondition: {
    about: "PodCondition is one thing that holds, or does not hold, of a Pod.",
    fields: {
      lastProbeTime: "When the condition was last looked at.",
      lastTransitionTime: "When the condition last changed its status.",
      message: "The details, for people.",
      observedGeneration: "The generation of the spec that this condition is about.",
      reason: "Why it changed, in one word.",
      status: "Whether it holds: True, False or Unknown.",
      type: "What the condition is about.",
    },
  },
  Affinity: {
    about: "Affinity is where a Pod has to run, or would like to.",
    fields: {
      nodeAffinity: "Which nodes, by their labels.",
      podAffinity: "Near which Pods.",
      podAntiAffinity: "Away from which Pods.",
    },
  },
  Toleration: {
    about: "Toleration lets a Pod run in spite of a taint of a node.",
    fields: {
      effect: "The effect of the taint: NoSchedule, PreferNoSchedule or NoExecute. Left out, any.",
      key: "The key of the taint. Left out, with the operator Exists, any.",
      operator: "Exists: whatever the value. Equal, the default: only this value. Lt and Gt compare numbers.",
      tolerationSeconds: "How long a NoExecute taint is borne before the Pod is evicted. Left out, for ever.",
      value: "The value of the taint.",
    },
  },
  PodSecurityContext: {
    about: "PodSecurityContext holds what all containers of a Pod may do. A container's own settings go first.",
    fields: {
      fsGroup: "The group that volumes belong to.",
      runAsGroup: "The group that processes run as.",
      runAsNonRoot: "True: a container that would run as root is not started.",
      runAsUser: "The user that processes run as.",
      supplementalGroups: "Further groups of the processes.",
      sysctls: "Settings of the kernel.",
    },
  },
  HostAlias: {
    about: "HostAlias is a line of the hosts file.",
    fields: { hostnames: "The names.", ip: "The address that they have." },
  },
  LocalObjectReference: {
    about: "LocalObjectReference names an object in the same namespace.",
    fields: { name: "The name." },
  },
};
