import { beforeEach, describe, expect, test } from "vitest";
import type { ManagedFieldsEntry } from "../../../src/api/generated/types.js";
import { resources } from "../../../src/api/resources.js";
import { upgradedEntries } from "../../../src/kubectl/apply-server-side.js";
import { KubectlSession } from "../kubectl-session.js";

let session: KubectlSession;

const dial = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dial, labels: {clock: tower}}\ndata: {a: '1'}\n";

beforeEach(async () => {
  session = new KubectlSession();
  session.files.set("dial.yaml", dial);
  session.files.set("other.yaml", dial.replace("name: dial", "name: pendulum"));
});

describe("what was applied last", () => {
  test("is shown as YAML, and as JSON", async () => {
    await session.run("apply -f dial.yaml");
    expect((await session.run("apply view-last-applied cm/dial")).out).toBe(
      'apiVersion: v1\ndata:\n  a: "1"\nkind: ConfigMap\nmetadata:\n  annotations: {}\n  labels:\n    clock: tower\n  name: dial\n  namespace: default\n',
    );
    expect((await session.run("apply view-last-applied cm dial -o json")).out).toContain(
      '  "data": {\n    "a": "1"\n  },\n',
    );
  });

  test("is nothing for an object that was not applied", async () => {
    session.client.seed(resources.configmaps, { metadata: { name: "bare" } });
    expect(await session.run("apply view-last-applied cm/bare")).toMatchObject({ all: "", exitStatus: 0 });
  });

  test("is set to what a file says, where there is something to set", async () => {
    session.client.seed(resources.configmaps, { metadata: { name: "dial" } });
    expect((await session.run("apply set-last-applied -f dial.yaml")).err).toBe(
      "error: no last-applied-configuration annotation found on resource: dial, to create the annotation, run the command with --create-annotation\n",
    );
    expect((await session.run("apply set-last-applied -f dial.yaml --create-annotation")).out).toBe(
      "configmap/dial configured\n",
    );
    expect((await session.run("apply set-last-applied -f dial.yaml")).out).toBe(
      "set-last-applied dial: no changes required.\n",
    );
  });

  test("is edited", async () => {
    await session.run("apply -f dial.yaml");
    expect((await session.run("apply edit-last-applied cm/dial")).err).toBe("Edit cancelled, no changes made.\n");
    session.edited = (text) => text.replace('a: "1"', 'a: "7"');
    expect((await session.run("apply edit-last-applied cm/dial")).out).toBe("configmap/dial edited\n");
    expect((await session.run("apply view-last-applied cm/dial")).out).toContain('a: "7"');
  });
});

describe("pruning", () => {
  test("deletes what was applied once and is not among the files any more", async () => {
    await session.run("apply -f dial.yaml -f other.yaml");
    session.client.seed(resources.configmaps, { metadata: { name: "made", labels: { clock: "tower" } } });
    const printed = await session.run("apply -f dial.yaml --prune -l clock=tower --prune-allowlist=core/v1/ConfigMap");
    expect(printed.out).toBe("configmap/dial unchanged\nconfigmap/pendulum pruned\n");
    expect((await session.run("get cm -o name")).out).toBe("configmap/dial\nconfigmap/made\n");
  });

  test.each([
    ["--prune --all -l a=b", "cannot set --all and --selector at the same time"],
    ["--prune --all --force", "--force cannot be used with --prune"],
    [
      "--prune --all --prune-allowlist=v1/ConfigMap",
      "invalid GroupVersionKind format: v1/ConfigMap, please follow <group/version/kind>",
    ],
    [
      "--prune --all --server-side",
      "--prune is in alpha and doesn't currently work on objects created by server-side apply",
    ],
    ["--subresource=status", "--subresource can only be specified for --server-side"],
  ])("is refused with %s", async (flags, message) => {
    expect((await session.run(`apply -f dial.yaml ${flags}`)).err).toBe(`error: ${message}\n`);
  });
});

test("--overwrite=false leaves alone what was changed on the server", async () => {
  await session.run("apply -f dial.yaml");
  await session.run(`patch cm dial -p '{"data":{"a":"9"}}'`);
  session.files.set("dial.yaml", dial.replace("a: '1'", "a: '2'"));
  const { err, exitStatus } = await session.run("apply -f dial.yaml --overwrite=false");
  expect(err).toContain('conflicts with changes made from original to current:\ndata:\n  a: "9"\n');
  expect(exitStatus).toBe(1);
  session.files.set("dial.yaml", `${dial}immutable: false\n`);
  expect((await session.run("get cm dial -o jsonpath={.data.a}")).out).toBe("9");
});

test("the fields of client-side apply become those of the applier", () => {
  const entry = (manager: string, operation: string, fields: object): ManagedFieldsEntry =>
    ({ manager, operation, apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: fields }) as ManagedFieldsEntry;
  const former = entry("kubectl-client-side-apply", "Update", { "f:data": { "f:a": {}, "f:b": {} } });
  const others = entry("someone", "Update", { "f:data": { "f:c": {} } });
  const applier = entry("kubectl", "Apply", { "f:data": { "f:a": {}, "f:d": {} } });
  const both = { "f:data": { "f:a": {}, "f:b": {}, "f:d": {} } };
  const upgrade = (entries: readonly ManagedFieldsEntry[]) =>
    upgradedEntries(entries, "kubectl-client-side-apply", "kubectl");
  expect(upgrade([applier, former, others])).toEqual([entry("kubectl", "Apply", both), others]);
  expect(upgrade([former, others])).toEqual([{ ...former, manager: "kubectl", operation: "Apply" }, others]);
  const none = [applier, others];
  expect(upgrade(none)).toBe(none);
});
