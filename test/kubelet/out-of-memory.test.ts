import { describe, expect, test } from "vitest";
import type { Container } from "../../src/api/generated/types.js";
import { KubeletWorld } from "./kubelet-world.js";

const limited = (memory: string): Partial<Container> => ({ resources: { limits: { memory } } });
const script = (text: string, memory = "50Mi"): Partial<Container> => ({
  command: ["sh", "-c", text],
  ...limited(memory),
});

function endOf(container: Partial<Container>, metadata = {}) {
  const world = new KubeletWorld();
  world.run("hungry", container, {}, metadata);
  world.advance(20);
  const status = world.pod("hungry")?.status;
  const { terminated } = status?.containerStatuses?.[0]?.state ?? {};
  return { phase: status?.phase, exitCode: terminated?.exitCode, reason: terminated?.reason };
}

describe("a container that holds more than its memory limit", () => {
  const killed = { phase: "Failed", exitCode: 137, reason: "OOMKilled" };
  test.each<[string, Partial<Container>, object?]>([
    ["tail looks for the end of a line that has none", { command: ["tail", "/dev/zero"], ...limited("50Mi") }],
    ["the shell around it goes too", script("tail /dev/zero; echo never")],
    ["dd copies in large blocks", script("dd if=/dev/zero of=/dev/null bs=1G count=1")],
    ["sort has to know all lines first", script("head -c 80m /dev/zero | sort >/dev/null")],
    ["a program in the background", script("tail /dev/zero & sleep 10")],
    ["a shell variable", script("x=$(head -c 1500000 /dev/zero | tr '\\0' x); y=$x; sleep 5", "2Mi")],
    [
      "stress",
      { image: "polinux/stress", command: ["stress", "--vm", "1", "--vm-bytes", "250M"], ...limited("100Mi") },
    ],
    ["an image nobody knows", limited("64Mi"), { annotations: { "kjob.dev/memory": "100Mi" } }],
  ])("is killed: %s", (_name, container, metadata) => {
    expect(endOf(container, metadata)).toEqual(killed);
  });

  test.each<[string, Partial<Container>, object?]>([
    ["a small file is sorted", script("head -c 100000 /dev/zero | sort >/dev/null")],
    [
      "stress within its limit",
      { image: "stress", args: ["stress", "--vm", "1", "--vm-bytes", "50M", "-t", "3s"], ...limited("100Mi") },
    ],
    [
      "variables that are dropped again",
      script("x=$(head -c 1200000 /dev/zero | tr '\\0' x); x=; y=$(head -c 1200000 /dev/zero | tr '\\0' y); y=", "2Mi"),
    ],
    ["no limit at all", { command: ["dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=2"] }],
  ])("is let be where it holds less: %s", (_name, container, metadata) => {
    expect(endOf(container, metadata)).toMatchObject({ phase: "Succeeded", exitCode: 0 });
  });

  test("is restarted where its policy says so, and remembers why it ended", () => {
    const world = new KubeletWorld();
    world.run("hungry", script("sleep 1; tail /dev/zero"), { restartPolicy: "OnFailure" });
    world.advance(20);
    const [status] = world.pod("hungry")?.status?.containerStatuses ?? [];
    expect(status?.restartCount).toBeGreaterThan(0);
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  test("is killed after a restart of the program too, by what its journal says", () => {
    const world = new KubeletWorld();
    world.run("hungry", script("x=$(head -c 1500000 /dev/zero | tr '\\0' x); sleep 8; y=$x", "2Mi"));
    world.advance(6);
    world.restart();
    world.advance(20);
    const { terminated } = world.pod("hungry")?.status?.containerStatuses?.[0]?.state ?? {};
    expect(terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });
});
