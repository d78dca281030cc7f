import { type Container, StartFailure, startContainer } from "../../src/container/container.js";
import type { ContainerHost, ContainerSpec } from "../../src/container/container-spec.js";
import { FileTree } from "../../src/container/file-tree.js";
import type { Image } from "../../src/container/image.js";
import { SystemError } from "../../src/container/program.js";
import { findImage } from "../../src/images/catalog.js";

function testImage(): Image {
  const image = findImage("busybox");
  if (!image) throw new Error("there is no busybox image");
  return image;
}

export function testSpec(command: readonly string[], more: Partial<ContainerSpec> = {}): ContainerSpec {
  return { image, command, env: [], hostname: "pi", fqdn: "pi", ip: "10.0.0.7", seed: 1, ...more };
}

const image = testImage();

/** A host that keeps the log and volumes. */
export class TestHost implements ContainerHost {
  out = "";
  err = "";
  /** Both, in their order. */
  log = "";
  readonly volumes = new Map<string, FileTree>();

  volume(id: string): FileTree {
    const volume = this.volumes.get(id) ?? new FileTree();
    this.volumes.set(id, volume);
    return volume;
  }
  output(stream: "stdout" | "stderr", text: string): void {
    if (stream === "stdout") this.out += text;
    else this.err += text;
    this.log += text;
  }
  resolve(name: string): readonly string[] | null {
    return name === "db" ? ["10.0.0.9"] : null;
  }
  resolveService(): null {
    return null;
  }
  reverse(): null {
    return null;
  }
  ping() {
    return { roundTripMs: 0.1, hops: 0 };
  }
  request(): never {
    throw new SystemError("ECONNREFUSED");
  }
}

export function started(spec: ContainerSpec, host: ContainerHost, nowMs = 0): Container {
  const container = startContainer(spec, host, nowMs);
  if (container instanceof StartFailure) throw new Error(container.reason);
  return container;
}

/** Runs a container until it has ended, or waits for nothing that comes by itself. */
export function finish(container: Container): number | null {
  for (let runs = 0; runs < 10_000 && container.wakeAtMs !== null; runs++) container.run(container.wakeAtMs);
  return container.exited?.exitCode ?? null;
}

export function runScript(script: string, more: Partial<ContainerSpec> = {}) {
  const host = new TestHost();
  const container = started(testSpec(["sh", "-c", script], more), host);
  const status = finish(container);
  return { out: host.out, err: host.err, status, host, container };
}
