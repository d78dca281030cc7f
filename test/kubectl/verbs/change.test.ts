import { describe, expect, it } from "vitest";
import { resources } from "../../../src/api/resources.js";
import { job } from "../fixtures.js";
import { KubectlSession } from "../kubectl-session.js";

function sessionWithParcel(): KubectlSession {
  const session = new KubectlSession();
  session.client.seed(resources.jobs, { ...job("parcel"), metadata: { name: "parcel", labels: { size: "small" } } });
  return session;
}

describe("label and annotate", () => {
  it.each([
    ["label job parcel weight=3", "job.batch/parcel labeled\n", 0],
    ["label job parcel size=small", "job.batch/parcel not labeled\n", 0],
    ["label job parcel size=large", "error: 'size' already has a value (small), and --overwrite is false\n", 1],
    ["label job parcel size=large --overwrite", "job.batch/parcel labeled\n", 0],
    ["label job parcel size- weight=3", "job.batch/parcel modified\n", 0],
    ["label job parcel size-", "job.batch/parcel unlabeled\n", 0],
    ["label job parcel weight-", 'label "weight" not found.\njob.batch/parcel not labeled\n', 0],
    ["label job parcel size=large size-", "error: can not both modify and remove a label in the same command\n", 1],
    ["label job parcel --list", "size=small\n", 0],
    ["label job parcel a=b --dry-run=client", "job.batch/parcel labeled (dry run)\n", 0],
    ["label jobs -l size=none weight=3", "", 0],
    ["label jobs --all -l size=none weight=3", "error: cannot set --all and --selector at the same time\n", 1],
    ["label job parcel size=small --all", "job.batch/parcel not labeled\n", 0],
    ["label -f job.yaml weight=3 --local", "job.batch/letter labeled\n", 0],
    [
      "label job parcel weight=3 --local",
      "error: can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set\n",
      1,
    ],
    ["annotate -f job.yaml a=b --local -o jsonpath={.metadata}", '{"annotations":{"a":"b"},"name":"letter"}', 0],
    ["annotate job parcel note=one", "job.batch/parcel annotated\n", 0],
    ["annotate job parcel nothing-", "job.batch/parcel annotated\n", 0],
    ["annotate job parcel nothing", "error: at least one annotation update is required\n", 1],
  ])("%s", async (line, all, exitStatus) => {
    const session = sessionWithParcel();
    session.files.set("job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: letter}\n");
    expect(await session.run(line)).toMatchObject({ all, exitStatus });
  });
});

describe("patch", () => {
  it.each([
    [`patch job parcel -p '{"spec":{"parallelism":3}}' --dry-run=client`, "job.batch/parcel patched\n", 0],
    ["patch job parcel -p '{}' --dry-run=server", "job.batch/parcel patched (no change)\n", 0],
    [`patch -f job.yaml -p '{"spec":{"parallelism":3}}' --dry-run=client`, "job.batch/letter patched\n", 0],
    [
      `patch -f job.yaml -p '{"spec":{"parallelism":3}}' --local -o jsonpath='{.spec} {.metadata}'`,
      '{"parallelism":3} {"name":"letter"}',
      0,
    ],
    ["patch job parcel -p '{}' --local", "error: cannot specify --local and server resources\n", 1],
    [
      `patch job parcel --type=json -p '[{"op":"remove","path":"/spec/nothing"}]' --dry-run=client`,
      "error: error in remove for path: '/spec/nothing': Unable to remove nonexistent key: nothing: missing value\n",
      1,
    ],
    [`patch job parcel -p '{"spec":{"parallelism":3}}'`, "job.batch/parcel patched\n", 0],
    ["patch job parcel -p '{}'", "job.batch/parcel patched (no change)\n", 0],
    ["patch job parcel -p 'spec: {parallelism: 3}'", "job.batch/parcel patched\n", 0],
    ["patch job parcel --type=wrong -p '{}'", 'error: --type must be one of [json merge strategic], not "wrong"\n', 1],
    [
      "patch job parcel --patch-file=missing.json",
      "error: unable to read patch file: open missing.json: no such file or directory\n",
      1,
    ],
    [
      "patch job parcel -p '{spec}'",
      "Error from server (BadRequest): invalid character 's' looking for beginning of object key string\n",
      1,
    ],
    ["patch job letter -p '{}'", 'Error from server (NotFound): jobs.batch "letter" not found\n', 1],
  ])("%s", async (line, all, exitStatus) => {
    const session = sessionWithParcel();
    session.files.set("job.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: letter}\n");
    expect(await session.run(line)).toMatchObject({ all, exitStatus });
  });

  it("has a shorthand for suspending and resuming", async () => {
    const session = sessionWithParcel();
    await session.run("patch job parcel --suspend");
    expect((await session.run("get job parcel -o jsonpath={.spec.suspend}")).out).toBe("true");
    await session.run("patch job parcel --suspend=false");
    expect((await session.run("get job parcel -o jsonpath={.spec.suspend}")).out).toBe("false");
  });
});

describe("replace and edit", () => {
  it("replaces what a file has, and deletes first with --force", async () => {
    const session = sessionWithParcel();
    session.files.set("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: rates}\ndata: {car: '4'}\n");
    expect((await session.run("replace -f cm.yaml")).err).toBe(
      'Error from server (NotFound): error when replacing "cm.yaml": configmaps "rates" not found\n',
    );
    await session.run("create -f cm.yaml");
    expect((await session.run("replace -f cm.yaml")).out).toBe("configmap/rates replaced\n");
    expect((await session.run("replace --force -f cm.yaml")).out).toBe(
      'configmap "rates" deleted from default namespace\nconfigmap/rates replaced\n',
    );
  });

  it("sends what was changed in the editor", async () => {
    const session = sessionWithParcel();
    expect((await session.run("edit job parcel")).err).toBe("Edit cancelled, no changes made.\n");
    session.edited = (text) => text.replace("completions: 1", "completions: 2");
    expect((await session.run("edit job parcel")).out).toBe("job.batch/parcel edited\n");
    expect(session.client.requests.at(-2)).toBe('patch jobs parcel strategic {"spec":{"completions":2}}');
    session.edited = (text) => text.replace("name: parcel", "name: letter");
    expect((await session.run("edit job parcel")).err).toBe(
      "error: At least one of apiVersion, kind and name was changed\n",
    );
  });
});

describe("config", () => {
  it("switches, makes, renames and removes contexts", async () => {
    const session = sessionWithParcel();
    expect((await session.run("config set-context night --namespace=moon")).out).toBe('Context "night" created.\n');
    expect((await session.run("config use-context night")).out).toBe('Switched to context "night".\n');
    expect((await session.run("get pods")).err).toBe("No resources found in moon namespace.\n");
    expect((await session.run("config rename-context night dawn")).out).toBe('Context "night" renamed to "dawn".\n');
    expect((await session.run("config get-contexts -o name")).out).toBe("dawn\nkjob\n");
    expect((await session.run("config use-context noon")).err).toBe('error: no context exists with the name: "noon"\n');
    expect((await session.run("config delete-context dawn")).out).toBe(
      "deleted context dawn from /home/reader/config\n",
    );
    expect((await session.run("get pods --context=kjob")).err).toBe("No resources found in default namespace.\n");
  });
});
