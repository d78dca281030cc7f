import { Container, startContainer } from "../../src/container/container.js";
import type { ContainerHost } from "../../src/container/container-spec.js";
import { type ImageEntry, imageTree } from "../../src/container/image.js";
import { SystemError } from "../../src/container/program.js";
import { findImage } from "../../src/images/catalog.js";

export interface RunOptions {
  /** A byte string, as the content of files. */
  readonly stdin?: string;
  /** Files in the working directory by name; a name that ends in `/` is a directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly hosts?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Names that answer no ping. */
  readonly silent?: readonly string[];
  readonly image?: string;
  /** Signals to process 1 by the second they come. */
  readonly signals?: Readonly<Record<number, number>>;
  readonly untilMs?: number;
}

export interface RunResult {
  readonly out: string;
  readonly err: string;
  /** null: still running, and nothing would ever end it. */
  readonly status: number | null;
  readonly elapsedMs: number;
}

export const startMs = Date.UTC(2026, 0, 3, 1, 46, 29);

function hostOf(options: RunOptions, output: { out: string; err: string }): ContainerHost {
  const hosts = options.hosts ?? {};
  return {
    volume: () => {
      throw new Error("these tests have no volumes");
    },
    output: (stream, text) => {
      output[stream === "stdout" ? "out" : "err"] += text;
    },
    resolve: (name) => (hosts[name] === undefined ? null : [hosts[name]]),
    resolveService: () => null,
    reverse: (ip) => Object.keys(hosts).find((name) => hosts[name] === ip) ?? null,
    ping: (ip) => ((options.silent ?? []).includes(ip) ? null : { roundTripMs: 0.085, hops: 0 }),
    request: () => {
      throw new SystemError("ECONNREFUSED");
    },
  };
}

/** Runs one program to its end in a container of its own, in virtual time. */
export function runProgram(argv: readonly string[], options: RunOptions = {}): RunResult {
  const image = findImage(options.image ?? "busybox");
  if (!image) throw new Error(`no image ${options.image}`);
  const base = image.files();
  const entries: Record<string, ImageEntry> = { "/w": { directory: true, mode: 0o777 } };
  for (const [name, content] of Object.entries(options.files ?? {})) {
    entries[`/w/${name}`] = name.endsWith("/") ? { directory: true } : { content: content };
  }
  const tree = imageTree(entries);
  for (const [name, node] of base.entries) tree.entries.set(name, node);
  const output = { out: "", err: "" };
  const container = startContainer(
    {
      image: { ...image, files: () => tree },
      ...(argv.length > 0 ? { command: argv } : {}),
      env: Object.entries(options.env ?? {}).map(([name, value]) => ({ name, value })),
      workingDir: "/w",
      hostname: "tester",
      fqdn: "tester.lab.default.svc.cluster.local",
      ip: "10.1.4.7",
      seed: 7,
      stdin: true,
      ...(options.user ? { user: options.user } : {}),
    },
    hostOf(options, output),
    startMs,
  );
  if (!(container instanceof Container)) return { out: "", err: container.reason, status: 128, elapsedMs: 0 };
  if (options.stdin) container.writeStdin("main", options.stdin, startMs);
  container.writeStdin("main", null, startMs);
  const nowMs = runToEnd(container, options);
  return { ...output, status: container.exited?.exitCode ?? null, elapsedMs: nowMs - startMs };
}

function runToEnd(container: Container, options: RunOptions): number {
  const signals = Object.entries(options.signals ?? {}).map(
    ([second, signal]) => [startMs + Number(second) * 1000, signal] as const,
  );
  const untilMs = startMs + (options.untilMs ?? 86_400_000);
  let nowMs = startMs;
  while (!container.exited) {
    const wakeAtMs = container.wakeAtMs ?? Number.POSITIVE_INFINITY;
    const signalAtMs = signals[0]?.[0] ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(wakeAtMs, signalAtMs);
    if (nextMs > untilMs) break;
    nowMs = nextMs;
    const due = signalAtMs <= wakeAtMs ? signals.shift() : undefined;
    if (due) container.signal(due[1], nowMs);
    else container.run(nowMs);
  }
  return nowMs;
}
