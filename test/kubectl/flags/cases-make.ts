import type { VerbCases } from "./families.js";

/** Verbs that make objects. */
export const makingVerbs: Readonly<Record<string, VerbCases>> = {
  create: {
    base: "create -f fresh/one.yaml",
    files: ["create FILES", "fresh"],
    flags: {
      raw: ["create -f fresh/one.yaml", "create --raw /apis/batch/v1/namespaces/default/cronjobs -f fresh/one.yaml"],
      selector: [
        "create -f fresh/one.yaml -f fresh/other.yaml",
        "create -f fresh/one.yaml -f fresh/other.yaml -l app=new",
      ],
      validate: ["create -f unknown-field.yaml", "create -f unknown-field.yaml --validate=ignore"],
    },
  },
  "create configmap": {
    base: "create configmap cup --from-literal=x=y",
    flags: {
      appendHash: "--append-hash",
      fromEnvFile: "--from-env-file=env.txt",
      fromFile: "--from-file=text.txt",
      fromLiteral: "--from-literal=a=1",
    },
  },
  "create cronjob": {
    base: "create cronjob tick --image=busybox --schedule='* * * * *'",
    flags: {
      image: [
        "create cronjob tick --image=busybox --schedule='* * * * *'",
        "create cronjob tick --image=perl --schedule='* * * * *'",
      ],
      schedule: [
        "create cronjob tick --image=busybox --schedule='* * * * *'",
        "create cronjob tick --image=busybox --schedule='0 * * * *'",
      ],
      restart: "--restart=Never",
    },
  },
  "create job": {
    base: "create job pi --image=busybox -- sleep 9",
    flags: {
      image: ["create job pi --image=busybox", "create job pi --image=perl"],
      from: ["create job pi --image=busybox", "create job pi --from=cronjob/pan"],
    },
  },
  "create namespace": { base: "create namespace barn" },
  "create quota": {
    base: "create quota small",
    flags: {
      ...ofDryRun("create quota small --dry-run=client"),
      hard: [
        "create quota small --dry-run=client -o yaml",
        "create quota small --dry-run=client -o yaml --hard=pods=3",
      ],
      scopes: [
        "create quota small --dry-run=client -o yaml",
        "create quota small --dry-run=client -o yaml --scopes=BestEffort",
      ],
    },
  },
  "create secret docker-registry": {
    base: "create secret docker-registry reg --docker-username=u --docker-password=p",
    flags: {
      appendHash: "--append-hash",
      dockerEmail: "--docker-email=a@example.com",
      dockerPassword: [
        "create secret docker-registry reg --docker-username=u --docker-password=p",
        "create secret docker-registry reg --docker-username=u --docker-password=q",
      ],
      dockerServer: "--docker-server=example.com",
      dockerUsername: [
        "create secret docker-registry reg --docker-username=u --docker-password=p",
        "create secret docker-registry reg --docker-username=v --docker-password=p",
      ],
      fromFile: [
        "create secret docker-registry reg",
        "create secret docker-registry reg --from-file=.dockerconfigjson=docker.json",
      ],
    },
  },
  "create secret generic": {
    base: "create secret generic lock",
    flags: {
      appendHash: "--append-hash",
      fromEnvFile: "--from-env-file=env.txt",
      fromFile: "--from-file=text.txt",
      fromLiteral: "--from-literal=a=1",
      type: "--type=example.com/x",
    },
  },
  "create secret tls": {
    base: "create secret tls cert --cert=cert.pem --key=key.pem",
    flags: {
      appendHash: "--append-hash",
      cert: [
        "create secret tls cert --key=key.pem --cert=cert.pem",
        "create secret tls cert --key=key.pem --cert=none.pem",
      ],
      key: [
        "create secret tls cert --cert=cert.pem --key=key.pem",
        "create secret tls cert --cert=cert.pem --key=none.pem",
      ],
    },
  },
  "create service clusterip": {
    base: "create service clusterip shop --tcp=80",
    flags: {
      clusterip: ["create service clusterip shop", "create service clusterip shop --clusterip=None"],
      tcp: ["create service clusterip shop --tcp=80", "create service clusterip shop --tcp=81:8080"],
    },
  },
  "create service externalname": {
    base: "create service externalname shop --external-name=a.example.com",
    flags: {
      externalName: [
        "create service externalname shop --external-name=a.example.com",
        "create service externalname shop --external-name=b.example.com",
      ],
      tcp: "--tcp=80",
    },
  },
  "create service loadbalancer": {
    base: "create service loadbalancer shop --tcp=80",
    flags: { tcp: ["create service loadbalancer shop --tcp=80", "create service loadbalancer shop --tcp=81"] },
  },
  "create service nodeport": {
    base: "create service nodeport shop --tcp=80",
    flags: {
      tcp: ["create service nodeport shop --tcp=80", "create service nodeport shop --tcp=81"],
      nodePort: "--node-port=30123",
    },
  },
  "create serviceaccount": {
    base: "create serviceaccount miller",
    flags: {
      showManagedFields: [
        "create serviceaccount miller -o json --save-config",
        "create serviceaccount miller -o json --save-config --show-managed-fields",
      ],
    },
  },
  "create token": {
    base: "create token default",
    flags: {
      showManagedFields: ["create token default", "create token default --show-managed-fields -o json"],
      audience: "--audience=mill",
      boundObjectKind: [
        "create token default --bound-object-kind=Pod --bound-object-name=desk",
        "create token default --bound-object-kind=Secret --bound-object-name=key",
      ],
      boundObjectName: [
        "create token default --bound-object-kind=Pod --bound-object-name=desk",
        "create token default --bound-object-kind=Pod --bound-object-name=chair",
      ],
      boundObjectUid: [
        "create token default --bound-object-kind=Pod --bound-object-name=desk",
        "create token default --bound-object-kind=Pod --bound-object-name=desk --bound-object-uid=1-2",
      ],
      duration: "--duration=20m",
    },
  },
  expose: {
    base: "expose pod desk --port=80",
    files: ["expose FILES --port=80", "pods"],
    flags: {
      clusterIp: "--cluster-ip=None",
      externalIp: "--external-ip=10.1.2.3",
      labels: "--labels=x=y",
      loadBalancerIp: [
        "expose pod desk --port=80 --type=LoadBalancer",
        "expose pod desk --port=80 --type=LoadBalancer --load-balancer-ip=10.1.2.3",
      ],
      name: "--name=tablet",
      overrideType: [
        "expose pod desk --port=80 --overrides=[]",
        "expose pod desk --port=80 --overrides=[] --override-type=json",
      ],
      overrides: `--overrides='{"metadata":{"labels":{"x":"y"}}}'`,
      port: ["expose pod desk --port=80", "expose pod desk --port=81"],
      protocol: "--protocol=UDP",
      selector: "--selector=x=y",
      sessionAffinity: "--session-affinity=ClientIP",
      targetPort: "--target-port=8080",
      type: "--type=NodePort",
    },
  },
  run: {
    base: "run shop --image=busybox --restart=Never",
    flags: {
      output: "-o yaml",
      annotations: "--annotations=x=y",
      overrideType: [
        `run shop --image=busybox --dry-run=client -o yaml --overrides='{"spec":{"containers":[{"name":"shop","tty":true}]}}'`,
        `run shop --image=busybox --dry-run=client -o yaml --overrides='{"spec":{"containers":[{"name":"shop","tty":true}]}}' --override-type=strategic`,
      ],
      attach: [
        "run shop --image=busybox --restart=Never -- echo hi",
        "run shop --image=busybox --restart=Never --attach -- echo hi",
      ],
      command: ["run shop --image=busybox -- echo hi", "run shop --image=busybox --command -- echo hi"],
      env: "--env=A=1",
      expose: ["run shop --image=busybox --port=80", "run shop --image=busybox --port=80 --expose"],
      image: ["run shop --image=busybox", "run shop --image=nginx"],
      imagePullPolicy: "--image-pull-policy=Always",
      labels: "--labels=x=y",
      overrides: `--overrides='{"spec":{"hostname":"till"}}'`,
      leaveStdinOpen: [
        "run shop --image=busybox --restart=Never -i -- cat",
        "run shop --image=busybox --restart=Never -i --leave-stdin-open --request-timeout=20s -- cat",
      ],
      podRunningTimeout: [
        "run shop --image=busybox --restart=Never --attach -- sleep 1",
        "run shop --image=busybox --restart=Never --attach --pod-running-timeout=1ms -- sleep 1",
      ],
      port: "--port=80",
      privileged: "--privileged",
      quiet: [
        "run shop --image=busybox --restart=Never -i -- cat",
        "run shop --image=busybox --restart=Never -i -q -- cat",
      ],
      restart: ["run shop --image=busybox --restart=Never", "run shop --image=busybox --restart=OnFailure"],
      rm: [
        "run shop --image=busybox --restart=Never --attach -- true",
        "run shop --image=busybox --restart=Never --attach --rm -- true",
      ],
      stdin: ["run shop --image=busybox --restart=Never -- cat", "run shop --image=busybox --restart=Never -i -- cat"],
      tty: [
        "run shop --image=busybox --restart=Never -i -- cat",
        "run shop --image=busybox --restart=Never -it -- cat",
      ],
    },
    stdin: "typed\n",
  },
  apply: {
    base: "apply -f changed/one.yaml",
    files: ["apply FILES", "changed"],
    flags: {
      all: ["apply --prune -f changed/one.yaml", "apply --prune --all -f changed/one.yaml"],
      cascade: [
        "apply --force -f immovable.yaml --cascade=background",
        "apply --force -f immovable.yaml --cascade=orphan",
      ],
      force: ["apply -f immovable.yaml", "apply -f immovable.yaml --force"],
      forceConflicts: [
        "apply --server-side --field-manager=other -f changed/one.yaml",
        "apply --server-side --field-manager=other --force-conflicts -f changed/one.yaml",
      ],
      gracePeriod: [
        "apply --prune --all -f changed/one.yaml",
        "apply --prune --all -f changed/one.yaml --grace-period=5",
      ],
      overwrite: ["apply -f drifted.yaml", "apply -f drifted.yaml --overwrite=false"],
      prune: ["apply --all -f changed/one.yaml", "apply --prune --all -f changed/one.yaml"],
      pruneAllowlist: [
        "apply --prune --all -f changed/one.yaml",
        "apply --prune --all -f changed/one.yaml --prune-allowlist=core/v1/ConfigMap",
      ],
      selector: ["apply -f two.yaml", "apply -f two.yaml -l app=pot"],
      subresource: [
        "apply --server-side -f sets/one.yaml --force-conflicts",
        "apply --server-side -f sets/one.yaml --force-conflicts --subresource=status",
      ],
      serverSide: ["apply -f changed/one.yaml", "apply --server-side --force-conflicts -f changed/one.yaml"],
      timeout: ["apply --force -f other-pod.yaml", "apply --force -f other-pod.yaml --timeout=1ms"],
      validate: ["apply -f unknown-field.yaml", "apply -f unknown-field.yaml --validate=ignore"],
    },
  },
  "apply edit-last-applied": {
    base: "apply edit-last-applied cronjob pan",
    files: ["apply edit-last-applied FILES", "crons"],
    flags: { output: ["apply edit-last-applied cronjob pan", "apply edit-last-applied cronjob pan -o json"] },
  },
  "apply set-last-applied": {
    base: "apply set-last-applied -f changed/one.yaml",
    flags: {
      filename: ["apply set-last-applied -f changed/one.yaml", "apply set-last-applied -f changed/other.yaml"],
      createAnnotation: [
        "apply set-last-applied -f secret.yaml",
        "apply set-last-applied -f secret.yaml --create-annotation",
      ],
    },
  },
  "apply view-last-applied": {
    base: "apply view-last-applied cronjob pan",
    files: ["apply view-last-applied FILES", "crons"],
    flags: {
      output: "-o json",
      all: ["apply view-last-applied cronjob pan", "apply view-last-applied cronjob --all"],
      selector: ["apply view-last-applied cronjob pot", "apply view-last-applied cronjob -l app=pan"],
    },
  },
  kustomize: {
    base: "kustomize crons/overlay",
    flags: {
      loadRestrictor: ["kustomize outside", "kustomize outside --load-restrictor=LoadRestrictionsNone"],
      output: "-o built.yaml",
    },
  },
};

/** How a result is printed, for what can only be tried. */
function ofDryRun(base: string): Readonly<Record<string, readonly [string, string]>> {
  return {
    output: [base, `${base} -o yaml`],
    template: [`${base} -o go-template --template={{.kind}}`, `${base} -o go-template --template={{.apiVersion}}`],
    showManagedFields: [`${base} -o name`, `${base} -o json --show-managed-fields`],
    allowMissingTemplateKeys: [
      `${base} -o jsonpath={.none.here}`,
      `${base} -o jsonpath={.none.here} --allow-missing-template-keys=false`,
    ],
    saveConfig: [`${base} -o yaml`, `${base} -o yaml --save-config`],
  };
}
