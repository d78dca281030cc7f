import type { VerbCases } from "./families.js";

const newImage = "busybox:1.37";

/** Verbs that change or remove what is there. */
export const changingVerbs: Readonly<Record<string, VerbCases>> = {
  "set env": {
    base: "set env cronjob/pan SIZE=9",
    files: ["set env FILES SIZE=9", "crons"],
    flags: {
      all: ["set env cronjob/pan SIZE=9", "set env cronjobs --all SIZE=9"],
      local: ["set env -f local.yaml SIZE=9 -o yaml", "set env -f local.yaml SIZE=9 -o yaml --local"],
      selector: ["set env cronjobs --all SIZE=9", "set env cronjobs -l app=pan SIZE=9"],
      containers: "--containers=main",
      env: ["set env cronjob/pan SIZE=9", "set env cronjob/pan SIZE=9 --env=A=1"],
      from: ["set env cronjob/pan SIZE=9", "set env cronjob/pan --from=configmap/jar"],
      keys: ["set env cronjob/pan --from=configmap/jar", "set env cronjob/pan --from=configmap/jar --keys=none"],
      list: ["set env cronjob/pan SIZE=9", "set env cronjob/pan --list"],
      overwrite: ["set env cronjob/pan COLOUR=red", "set env cronjob/pan COLOUR=red --overwrite=false"],
      prefix: ["set env cronjob/pan --from=configmap/jar", "set env cronjob/pan --from=configmap/jar --prefix=X_"],
      resolve: ["set env cronjob/tied --list", "set env cronjob/tied --list --resolve"],
    },
  },
  "set image": {
    base: `set image cronjob/pan main=${newImage}`,
    files: [`set image FILES main=${newImage}`, "crons"],
    flags: {
      all: [`set image cronjob/pan main=${newImage}`, `set image cronjobs --all main=${newImage}`],
      local: [
        `set image -f local.yaml main=${newImage} -o yaml`,
        `set image -f local.yaml main=${newImage} -o yaml --local`,
      ],
      selector: [`set image cronjobs --all main=${newImage}`, `set image cronjobs -l app=pan main=${newImage}`],
    },
  },
  "set resources": {
    base: "set resources cronjob/pan --limits=cpu=1",
    files: ["set resources FILES --limits=cpu=1", "crons"],
    flags: {
      all: ["set resources cronjob/pan --limits=cpu=1", "set resources cronjobs --all --limits=cpu=1"],
      local: [
        "set resources -f local.yaml --limits=cpu=1 -o yaml",
        "set resources -f local.yaml --limits=cpu=1 -o yaml --local",
      ],
      selector: ["set resources cronjobs --all --limits=cpu=1", "set resources cronjobs -l app=pan --limits=cpu=1"],
      containers: "--containers=main",
      limits: [
        "set resources cronjob/pan --requests=cpu=1",
        "set resources cronjob/pan --requests=cpu=1 --limits=cpu=2",
      ],
      requests: "--requests=cpu=500m",
    },
  },
  "set selector": {
    base: "set selector service web a=b",
    flags: {
      all: ["set selector service web a=b", "set selector services --all a=b"],
      local: ["set selector -f service.yaml a=b -o yaml", "set selector -f service.yaml a=b -o yaml --local"],
      filename: ["set selector -f service.yaml a=b", "set selector -f services/other.yaml a=b"],
      recursive: ["set selector -f services a=b", "set selector -f services -R a=b"],
      kustomize: ["set selector -f services/other.yaml a=b", "set selector -k services/overlay a=b"],
      resourceVersion: "--resource-version=1",
    },
  },
  "set serviceaccount": {
    base: "set serviceaccount cronjob/pan miller",
    files: ["set serviceaccount FILES miller", "crons"],
    flags: {
      all: ["set serviceaccount cronjob/pan miller", "set serviceaccount cronjobs --all miller"],
      local: [
        "set serviceaccount -f local.yaml miller -o yaml",
        "set serviceaccount -f local.yaml miller -o yaml --local",
      ],
    },
  },
  edit: {
    base: "edit cronjob pan",
    files: ["edit FILES", "crons"],
    flags: { output: ["edit cronjob pan -o yaml", "edit cronjob pan -o json"], subresource: "--subresource=status" },
  },
  delete: {
    base: "delete cronjob pan",
    files: ["delete FILES", "crons"],
    flags: {
      raw: ["delete cronjob pan", "delete --raw /apis/batch/v1/namespaces/default/cronjobs/pan"],
      all: ["delete cronjob pan", "delete cronjobs --all"],
      allNamespaces: ["delete cm -l nothing=here", "delete cm -l nothing=here -A"],
      cascade: ["delete job busy", "delete job busy --cascade=orphan"],
      fieldSelector: ["delete cronjobs --all", "delete cronjobs --field-selector=metadata.name=pan"],
      force: ["delete pod desk", "delete pod desk --force"],
      gracePeriod: ["delete pod desk", "delete pod desk --grace-period=2"],
      ignoreNotFound: ["delete cronjob nothing", "delete cronjob nothing --ignore-not-found"],
      interactive: "--interactive",
      now: ["delete pod desk", "delete pod desk --now"],
      output: "-o name",
      selector: ["delete cronjobs --all", "delete cronjobs -l app=pan"],
      timeout: ["delete pod desk", "delete pod desk --timeout=1s"],
      wait: ["delete pod desk", "delete pod desk --wait=false"],
    },
  },
  "rollout history": {
    base: "rollout history sts/quiz",
    files: ["rollout history FILES", "sets"],
    flags: {
      selector: ["rollout history sts quiz", "rollout history sts -l a=b"],
      revision: "--revision=1",
      template: [
        "rollout history sts/quiz -o go-template --template={{.kind}}",
        "rollout history sts/quiz -o go-template --template={{.apiVersion}}",
      ],
    },
  },
  "rollout pause": {
    base: "rollout pause sts/quiz",
    files: ["rollout pause FILES", "sets"],
    flags: { selector: ["rollout pause sts quiz", "rollout pause sts -l a=b"] },
  },
  "rollout resume": {
    base: "rollout resume sts/quiz",
    files: ["rollout resume FILES", "sets"],
    flags: { selector: ["rollout resume sts quiz", "rollout resume sts -l a=b"] },
  },
  "rollout restart": {
    base: "rollout restart sts/quiz",
    files: ["rollout restart FILES", "sets"],
    flags: { selector: ["rollout restart sts quiz", "rollout restart sts -l a=b"] },
  },
  "rollout status": {
    base: "rollout status sts/quiz",
    files: ["rollout status FILES", "sets"],
    flags: {
      selector: ["rollout status sts quiz", "rollout status sts -l a=b --timeout=2s"],
      timeout: ["rollout status sts/stuck --timeout=2s", "rollout status sts/stuck --timeout=3s"],
      watch: ["rollout status sts/stuck --timeout=2s", "rollout status sts/stuck --timeout=2s --watch=false"],
    },
  },
  "rollout undo": {
    base: "rollout undo sts/quiz",
    files: ["rollout undo FILES", "sets"],
    flags: { selector: ["rollout undo sts quiz", "rollout undo sts -l a=b"], toRevision: "--to-revision=9" },
  },
  scale: {
    base: "scale sts/quiz --replicas=2",
    files: ["scale FILES --replicas=2", "sets"],
    flags: {
      all: ["scale sts/quiz --replicas=2", "scale sts --all --replicas=2"],
      currentReplicas: "--current-replicas=7",
      replicas: ["scale sts/quiz --replicas=2", "scale sts/quiz --replicas=3"],
      resourceVersion: "--resource-version=1",
      selector: ["scale sts/quiz --replicas=2", "scale sts -l a=b --replicas=2"],
    },
  },
  cordon: { base: "cordon node-1", flags: { selector: ["cordon node-1", "cordon -l kubernetes.io/os=linux"] } },
  uncordon: { base: "uncordon node-1", flags: { selector: ["uncordon node-1", "uncordon -l kubernetes.io/os=linux"] } },
  drain: {
    base: "drain node-1 --force",
    flags: {
      chunkSize: ["drain -l disk=old --force", "drain -l disk=old --force --chunk-size=1"],
      deleteEmptydirData: ["drain node-1 --force", "drain node-1 --force --delete-emptydir-data"],
      disableEviction: [
        "drain node-1 --force --delete-emptydir-data",
        "drain node-1 --force --delete-emptydir-data --disable-eviction",
      ],
      force: ["drain node-1 --delete-emptydir-data", "drain node-1 --delete-emptydir-data --force"],
      gracePeriod: [
        "drain node-1 --force --delete-emptydir-data",
        "drain node-1 --force --delete-emptydir-data --grace-period=1",
      ],
      podSelector: [
        "drain node-1 --force --delete-emptydir-data",
        "drain node-1 --force --delete-emptydir-data --pod-selector=app=desk",
      ],
      selector: ["drain node-2 --force", "drain -l disk=old --force"],
      skipWaitForDeleteTimeout: ["drain node-2 --force", "drain node-2 --force --skip-wait-for-delete-timeout=1"],
      timeout: [
        "drain node-1 --force --delete-emptydir-data",
        "drain node-1 --force --delete-emptydir-data --timeout=1s",
      ],
    },
  },
  taint: {
    base: "taint node node-1 x=y:NoSchedule",
    flags: {
      all: ["taint node node-1 x=y:NoSchedule", "taint node --all x=y:NoSchedule"],
      overwrite: ["taint node node-1 held=z:PreferNoSchedule", "taint node node-1 held=z:PreferNoSchedule --overwrite"],
      selector: ["taint node node-1 x=y:NoSchedule", "taint node -l kubernetes.io/os=linux x=y:NoSchedule"],
    },
  },
  patch: {
    base: `patch cronjob pan -p '{"spec":{"suspend":true}}'`,
    files: [`patch FILES -p '{"spec":{"suspend":true}}'`, "crons"],
    flags: {
      local: [
        `patch -f local.yaml -p '{"spec":{"suspend":true}}' -o yaml`,
        `patch -f local.yaml -p '{"spec":{"suspend":true}}' -o yaml --local`,
      ],
      patch: [`patch cronjob pan -p '{"spec":{"suspend":true}}'`, `patch cronjob pan -p '{"spec":{"suspend":false}}'`],
      patchFile: ["patch cronjob pan", "patch cronjob pan --patch-file=patch.yaml"],
      subresource: "--subresource=status",
      suspend: ["patch job busy --suspend=false", "patch job busy --suspend=true"],
      type: "--type=merge",
    },
  },
  replace: {
    base: "replace -f changed/one.yaml",
    files: ["replace FILES", "changed"],
    flags: {
      raw: [
        "replace -f changed/one.yaml",
        "replace --raw /apis/batch/v1/namespaces/default/cronjobs/pan -f changed/one.yaml",
      ],
      force: "--force",
      gracePeriod: ["replace --force -f pods/one.yaml", "replace --force -f pods/one.yaml --grace-period=0"],
      subresource: "--subresource=status",
      timeout: [
        "replace --force --grace-period=30 -f pods/one.yaml",
        "replace --force --grace-period=30 -f pods/one.yaml --timeout=1ms",
      ],
      cascade: ["replace --force -f sets/one.yaml", "replace --force -f sets/one.yaml --cascade=orphan"],
      wait: ["replace --force -f pods/one.yaml", "replace --force -f pods/one.yaml --wait"],
    },
  },
  label: { base: "label cm jar x=y", files: ["label FILES x=y", "crons"], flags: markingFlags("label") },
  annotate: { base: "annotate cm jar x=y", files: ["annotate FILES x=y", "crons"], flags: markingFlags("annotate") },
};

function markingFlags(verb: string): VerbCases["flags"] {
  const old = verb === "label" ? "a=c" : "made=again";
  return {
    all: [`${verb} cm jar x=y`, `${verb} cm --all x=y`],
    allNamespaces: [`${verb} cm --all x=y`, `${verb} cm --all -A x=y`],
    fieldSelector: [`${verb} cm --all x=y`, `${verb} cm --field-selector=metadata.name=jar x=y`],
    list: [`${verb} cm jar x=y`, `${verb} cm jar --list`],
    local: [`${verb} -f local.yaml x=y -o yaml`, `${verb} -f local.yaml x=y -o yaml --local`],
    overwrite: [`${verb} cm marked ${old}`, `${verb} cm marked ${old} --overwrite`],
    resourceVersion: `--resource-version=1`,
    selector: [`${verb} cm --all x=y`, `${verb} cm -l a=b x=y`],
  };
}
