import type { VerbCases } from "./families.js";

/** Verbs that show what is there, wait for it, or enter it. */
export const lookingVerbs: Readonly<Record<string, VerbCases>> = {
  get: {
    base: "get cronjob pan",
    files: ["get FILES", "crons"],
    flags: {
      allNamespaces: ["get cm", "get cm -A"],
      chunkSize: ["get pods", "get pods --chunk-size=1"],
      fieldSelector: ["get cronjobs", "get cronjobs --field-selector=metadata.name=pan"],
      ignoreNotFound: ["get cronjob nothing", "get cronjob nothing --ignore-not-found"],
      labelColumns: "-L app",
      live: "--live",
      noHeaders: "--no-headers",
      outputWatchEvents: [
        "get cronjob pan -w --request-timeout=1s",
        "get cronjob pan -w --request-timeout=1s --output-watch-events",
      ],
      raw: ["get cronjob pan", "get --raw /apis/batch/v1"],
      selector: ["get cronjobs", "get cronjobs -l app=pan"],
      serverPrint: "--server-print=false",
      showKind: "--show-kind",
      showLabels: "--show-labels",
      sortBy: ["get cronjobs", "get cronjobs --sort-by={.metadata.uid}"],
      subresource: "--subresource=status",
      watch: ["get cronjob pan --request-timeout=1s", "get cronjob pan --request-timeout=1s -w"],
      watchOnly: ["get cronjob pan --request-timeout=1s", "get cronjob pan --request-timeout=1s --watch-only"],
    },
  },
  describe: {
    base: "describe pod desk",
    files: ["describe FILES", "crons"],
    flags: {
      allNamespaces: ["describe cm", "describe cm -A"],
      chunkSize: ["describe pods", "describe pods --chunk-size=1"],
      selector: ["describe cronjobs", "describe cronjobs -l app=pan"],
      showEvents: "--show-events=false",
    },
  },
  explain: {
    base: "explain job.spec",
    flags: {
      apiVersion: ["explain events", "explain events --api-version=events.k8s.io/v1"],
      maxDepth: ["explain job --recursive", "explain job --recursive --max-depth=1"],
      output: "-o plaintext-openapiv2",
      recursive: "--recursive",
    },
  },
  logs: {
    base: "logs desk",
    flags: {
      allContainers: "--all-containers",
      allPods: ["logs job/done", "logs job/done --all-pods"],
      container: "-c side",
      follow: ["logs desk --request-timeout=1s", "logs desk --request-timeout=1s -f"],
      ignoreErrors: [
        "logs -f -l app=stuck --request-timeout=1s",
        "logs -f -l app=stuck --request-timeout=1s --ignore-errors",
      ],
      limitBytes: "--limit-bytes=3",
      maxLogRequests: [
        "logs -f -l a=b --all-containers --request-timeout=1s",
        "logs -f -l a=b --all-containers --request-timeout=1s --max-log-requests=1",
      ],
      podRunningTimeout: ["logs job/idle", "logs job/idle --pod-running-timeout=1s"],
      prefix: "--prefix",
      previous: "-p",
      selector: ["logs desk", "logs -l app=desk"],
      since: "--since=1ms",
      sinceTime: "--since-time=2030-01-01T00:00:00Z",
      tail: "--tail=1",
      timestamps: "--timestamps",
    },
  },
  attach: {
    base: "attach desk --request-timeout=1s",
    flags: {
      container: "-c side",
      podRunningTimeout: ["attach job/idle --pod-running-timeout=2s", "attach job/idle --pod-running-timeout=1s"],
      quiet: "-q",
      stdin: "-i",
      tty: ["attach desk --request-timeout=1s -i", "attach desk --request-timeout=1s -it"],
    },
    stdin: "typed\n",
  },
  exec: {
    base: "exec desk -- cat",
    flags: {
      container: ["exec desk -- hostname", "exec desk -c side -- hostname"],
      filename: ["exec -f pods/one.yaml -- hostname", "exec -f pods/other.yaml -- hostname"],
      podRunningTimeout: [
        "exec job/idle --pod-running-timeout=2s -- hostname",
        "exec job/idle --pod-running-timeout=1s -- hostname",
      ],
      quiet: "-q",
      stdin: "-i",
      tty: ["exec desk -i -- tty", "exec desk -it -- tty"],
    },
    stdin: "typed\n",
  },
  cp: { base: "cp desk:/etc/hostname here.txt", flags: { container: "-c side" } },
  events: {
    base: "events",
    flags: {
      allNamespaces: "-A",
      chunkSize: "--chunk-size=1",
      for: "--for=job/done",
      noHeaders: "--no-headers",
      types: "--types=Warning",
      watch: ["events --request-timeout=1s", "events --request-timeout=1s -w"],
    },
  },
  diff: {
    base: "diff -f changed/one.yaml",
    files: ["diff FILES", "changed"],
    flags: {
      forceConflicts: [
        "diff --server-side --field-manager=other -f changed/one.yaml",
        "diff --server-side --field-manager=other --force-conflicts -f changed/one.yaml",
      ],
      prune: ["diff -f changed/one.yaml -l a=b", "diff -f changed/one.yaml -l a=b --prune"],
      pruneAllowlist: [
        "diff -f changed/one.yaml -l a=b --prune",
        "diff -f changed/one.yaml -l a=b --prune --prune-allowlist=core/v1/ConfigMap",
      ],
      selector: ["diff -f two.yaml", "diff -f two.yaml -l app=pan"],
      serverSide: ["diff -f changed/one.yaml", "diff -f changed/one.yaml --server-side --force-conflicts"],
      showManagedFields: "--show-managed-fields",
      showSecrets: ["diff -f secret.yaml", "diff -f secret.yaml --show-secrets"],
    },
  },
  wait: {
    base: "wait --for=condition=Ready pod/desk",
    files: ["wait FILES --for=jsonpath={.metadata.name}", "crons"],
    flags: {
      all: ["wait --for=condition=Ready pod/desk", "wait --for=condition=Ready pods --all --timeout=1ms"],
      allNamespaces: ["wait --for=delete cm -l nothing=here", "wait --for=delete cm -l nothing=here -A"],
      fieldSelector: [
        "wait --for=jsonpath={.metadata.name} cronjobs --all",
        "wait --for=jsonpath={.metadata.name} cronjobs --field-selector=metadata.name=pan",
      ],
      for: ["wait --for=condition=Ready pod/desk", "wait --for=delete pod/nothing"],
      local: [
        "wait -f local.yaml --for=jsonpath={.metadata.name}",
        "wait -f local.yaml --local --for=jsonpath={.metadata.name}",
      ],
      selector: [
        "wait --for=jsonpath={.metadata.name} cronjobs --all",
        "wait --for=jsonpath={.metadata.name} cronjobs -l app=pan",
      ],
      timeout: [
        "wait --for=condition=complete job/busy --timeout=1s",
        "wait --for=condition=complete job/busy --timeout=2s",
      ],
    },
  },
  "auth can-i": {
    base: "auth can-i create jobs",
    flags: {
      allNamespaces: "-A",
      list: ["auth can-i create jobs", "auth can-i --list"],
      noHeaders: ["auth can-i --list", "auth can-i --list --no-headers"],
      quiet: "-q",
      subresource: "--subresource=status",
    },
  },
  "auth whoami": {
    base: "auth whoami",
    flags: { showManagedFields: ["auth whoami", "auth whoami -o json --show-managed-fields"] },
  },
  "api-resources": {
    base: "api-resources",
    flags: {
      apiGroup: "--api-group=batch",
      categories: "--categories=all",
      namespaced: "--namespaced=false",
      noHeaders: "--no-headers",
      output: "-o wide",
      sortBy: "--sort-by=kind",
      verbs: "--verbs=create",
    },
  },
  "cluster-info dump": {
    base: "cluster-info dump",
    flags: {
      allNamespaces: "-A",
      namespaces: "--namespaces=mill",
      outputDirectory: "--output-directory=dumped",
    },
  },
  version: { base: "version", flags: { client: "--client", output: "-o json" } },
  "config get-contexts": { base: "config get-contexts", flags: { noHeaders: "--no-headers", output: "-o name" } },
  "config set-context": {
    base: "config set-context other",
    flags: {
      cluster: "--cluster=kjob2",
      current: ["config set-context other --namespace=x", "config set-context --current --namespace=x"],
      user: "--user=jane",
    },
  },
  "config view": {
    base: "config view",
    flags: {
      output: "-o json",
      minify: "--minify",
      template: [
        "config view -o go-template --template={{.kind}}",
        "config view -o go-template --template={{.apiVersion}}",
      ],
      showManagedFields: ["config view", "config view -o json --show-managed-fields"],
    },
  },
};
