import { describe, expect, it } from "vitest";
import { resources } from "../../../src/api/resources.js";
import { job } from "../fixtures.js";
import { KubectlSession } from "../kubectl-session.js";

const manifest = `apiVersion: v1
kind: ConfigMap
metadata:
  name: dial
data:
  face: enamel
  hands: "2"
`;

function sessionWith(files: Record<string, string>): KubectlSession {
  const session = new KubectlSession();
  for (const [path, text] of Object.entries(files)) session.files.set(path, text);
  return session;
}

describe("apply", () => {
  it("creates, leaves alone, and configures", async () => {
    const session = sessionWith({ "dial.yaml": manifest });
    expect((await session.run("apply -f dial.yaml")).all).toBe("configmap/dial created\n");
    expect((await session.run("apply -f dial.yaml")).all).toBe("configmap/dial unchanged\n");
    session.files.set("dial.yaml", manifest.replace('hands: "2"', 'chime: "bell"'));
    expect((await session.run("apply -f dial.yaml")).all).toBe("configmap/dial configured\n");
    const { out } = await session.run("get cm dial -o jsonpath={.data}");
    expect(out).toBe('{"chime":"bell","face":"enamel"}');
  });

  it("keeps what others have added", async () => {
    const session = sessionWith({ "dial.yaml": manifest });
    await session.run("apply -f dial.yaml");
    await session.run(`patch cm dial -p '{"data":{"oil":"yes"}}'`);
    await session.run("apply -f dial.yaml");
    expect((await session.run("get cm dial -o jsonpath={.data.oil}")).out).toBe("yes");
  });

  it("warns of an object that apply has not made, once", async () => {
    const session = sessionWith({ "dial.yaml": manifest });
    await session.run("create -f dial.yaml");
    const { err, out } = await session.run("apply -f dial.yaml");
    expect(err).toMatch(/^Warning: resource configmaps\/dial is missing the kubectl\.kubernetes\.io\/last-applied/);
    expect(out).toBe("configmap/dial configured\n");
    expect((await session.run("apply -f dial.yaml")).all).toBe("configmap/dial unchanged\n");
  });

  it("makes the good objects of a file and tells of the bad ones at the end", async () => {
    const session = sessionWith({
      "mixed.yaml": `${manifest}---\napiVersion: v1\nkind: Kettle\nmetadata: {name: tea}\n`,
    });
    const printed = await session.run("apply -f mixed.yaml");
    expect(printed.out).toBe("configmap/dial created\n");
    expect(printed.err).toBe(
      'error: resource mapping not found for name: "tea" namespace: "" from "mixed.yaml": no matches for kind "Kettle" in version "v1"\nensure CRDs are installed first\n',
    );
    expect(printed.exitStatus).toBe(1);
  });

  it("does nothing on a dry run", async () => {
    const session = sessionWith({ "dial.yaml": manifest });
    expect((await session.run("apply -f dial.yaml --dry-run=client")).out).toBe("configmap/dial created (dry run)\n");
    expect((await session.run("apply -f dial.yaml --dry-run=server")).out).toBe(
      "configmap/dial created (server dry run)\n",
    );
    expect(session.client.objects.size).toBe(0);
  });

  it("reads standard input, folders and several files", async () => {
    const session = sessionWith({ "tree/b.yaml": manifest.replace("dial", "leaf") });
    session.stdin = manifest;
    expect((await session.run("apply -f tree -f -")).out).toBe("configmap/leaf created\nconfigmap/dial created\n");
  });

  it("refuses a namespace that is not the one of -n", async () => {
    const session = sessionWith({ "dial.yaml": manifest.replace("name: dial", "name: dial\n  namespace: attic") });
    expect((await session.run("apply -n cellar -f dial.yaml")).err).toBe(
      `error: the namespace from the provided object "attic" does not match the namespace "cellar". You must pass '--namespace=attic' to perform this operation.\n`,
    );
  });
});

describe("create", () => {
  it("tells where an object that is there already came from", async () => {
    const session = sessionWith({ "dial.yaml": manifest });
    await session.run("create -f dial.yaml");
    expect((await session.run("create -f dial.yaml")).err).toBe(
      'Error from server (AlreadyExists): error when creating "dial.yaml": configmaps "dial" already exists\n',
    );
  });

  it.each([
    ["create job sow", "error: either --image or --from must be specified\n"],
    [
      "create job a b --image=c",
      "error: exactly one NAME is required, got 2\nSee 'kubectl create job -h' for help and examples\n",
    ],
    ["create job x --from=season", `error: the server doesn't have a resource type "season"\n`],
    ["create job x --from=job/pi", "error: unknown object type *v1.Job\n"],
    ["create job pi --image=busybox", 'error: failed to create job: jobs.batch "pi" already exists\n'],
    ["create cm soil --from-literal=clay", "error: invalid literal source clay, expected key=value\n"],
    ["create cm soil --from-file=missing.txt", "error: error reading missing.txt: no such file or directory\n"],
    ["create service clusterip barn", "error: at least one tcp port specifier must be provided\n"],
    [
      "create job j --image=b --dry-run=perhaps",
      'error: Invalid dry-run value (perhaps). Must be "none", "server", or "client".\n',
    ],
  ])("%s", async (line, says) => {
    const session = new KubectlSession();
    session.client.seed(resources.jobs, job("pi"));
    expect(await session.run(line)).toMatchObject({ err: says, exitStatus: 1 });
  });

  it("makes a Job of a CronJob that the CronJob owns", async () => {
    const session = new KubectlSession();
    session.client.seed(resources.cronjobs, {
      metadata: { name: "report", uid: "u-1" },
      spec: { schedule: "@daily", jobTemplate: { metadata: { labels: { line: "fjord" } }, spec: { parallelism: 2 } } },
    } as never);
    expect((await session.run("create job now --from=cronjob/report")).out).toBe("job.batch/now created\n");
    expect(session.client.objects.get("jobs/default/now")).toMatchObject({
      metadata: {
        labels: { line: "fjord" },
        annotations: { "cronjob.kubernetes.io/instantiate": "manual" },
        ownerReferences: [{ kind: "CronJob", name: "report", uid: "u-1", controller: true }],
      },
      spec: { parallelism: 2 },
    });
  });

  it("prints what it would send in the order of its fields", async () => {
    const { out } = await new KubectlSession().run("create job x --image=busybox --dry-run=client -o json -- date -u");
    expect(Object.keys(JSON.parse(out))).toEqual(["kind", "apiVersion", "metadata", "spec", "status"]);
    expect(JSON.parse(out).spec.template.spec.containers[0].command).toEqual(["date", "-u"]);
  });
});
