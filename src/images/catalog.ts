/** The images kjob knows, and a stand-in for those it does not. */
import type { Image, ImageEntry } from "../container/image.js";
import type { Program } from "../container/program.js";
import { sh } from "../shell/sh.js";
import { type EngineName, engineProgram } from "./engines.js";
import { parseImageReference } from "./image-reference.js";
import { mongoEntryScript } from "./mongo/entry-script.js";
import { stress } from "./programs/stress.js";
import { busyboxPrograms } from "./programs.js";
import { rootFiles } from "./root-files.js";
import { blackBoxProgram, pause, server } from "./servers.js";

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const images = new Map<string, Image>();
/** By reference, of the last few: each start of a container asks. */
const byReference = new Map<string, Image | null>();
const referencesMax = 1000;

/**
 * The image of a reference, whatever its registry, tag and digest; null for one that is not known: see {@link blackBox}.
 * The same value each time.
 */
export function findImage(reference: string): Image | null {
  let image = byReference.get(reference);
  if (image === undefined) {
    image = readImage(reference);
    if (byReference.size >= referencesMax) byReference.clear();
    byReference.set(reference, image);
  }
  return image;
}

function readImage(reference: string): Image | null {
  const parsed = parseImageReference(reference);
  if ("error" in parsed) return null;
  const { path } = parsed.reference;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const known = images.get(name);
  if (known) return known;
  const image = makeImage(name);
  if (image) images.set(name, image);
  return image;
}

function makeImage(name: string): Image | null {
  switch (name) {
    case "busybox":
      return systemImage(name, { cmd: ["sh"] });
    case "alpine":
      return systemImage(name, { cmd: ["/bin/sh"] });
    case "ubuntu":
      return systemImage(name, { cmd: ["/bin/bash"] });
    case "debian":
      return systemImage(name, { cmd: ["bash"] });
    case "bash":
      return systemImage(name, { entrypoint: ["docker-entrypoint.sh"], cmd: ["bash"], entryScript: bashEntryScript });
    case "pause":
      return pauseImage();
    case "stress":
      return systemImage(name, { cmd: ["stress"], extra: { name: "stress", program: stress } });
    case "mongo":
      return systemImage(name, {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["mongod"],
        entryScript: mongoEntryScript,
        engine: mongoEngine,
      });
    default:
      return serverImage(name);
  }
}

const mongoEngine = {
  name: "mongo",
  programs: ["mongod", "mongosh", "mongoimport"],
  directories: ["/data/db", "/data/configdb"],
} as const;

/** The engine that containers of an image need, which must be loaded before they run; null for most. */
export function engineOf(reference: string): EngineName | null {
  return findImage(reference)?.repository === "mongo" ? mongoEngine.name : null;
}

/** Words that are options go to bash; others are a command. */
const bashEntryScript = `#!/bin/sh
case "$1" in
  -*) exec bash "$@" ;;
esac
exec "$@"
`;

const shellNames = ["sh", "ash", "bash"];

function programNames(): string[] {
  return [...Object.keys(busyboxPrograms), ...shellNames];
}

function lookupProgram(name: string): Program | undefined {
  if (Object.hasOwn(busyboxPrograms, name)) return busyboxPrograms[name];
  return shellNames.includes(name) ? sh : undefined;
}

interface SystemImageOptions {
  readonly entrypoint?: readonly string[];
  readonly cmd: readonly string[];
  readonly entryScript?: string;
  /** The one program this image adds. */
  readonly extra?: { readonly name: string; readonly program: Program };
  /** Programs that an engine brings, and directories that they keep things in. */
  readonly engine?: {
    readonly name: EngineName;
    readonly programs: readonly string[];
    readonly directories: readonly string[];
  };
  readonly workingDir?: string;
  readonly env?: Image["env"];
}

/** An image with a shell and busybox's programs. */
function systemImage(repository: string, options: SystemImageOptions): Image {
  const { extra, entryScript, engine } = options;
  const engineFiles: Record<string, ImageEntry> = {};
  for (const name of engine?.programs ?? []) engineFiles[`/usr/bin/${name}`] = { program: name };
  for (const path of engine?.directories ?? []) engineFiles[path] = { directory: true };
  return {
    repository,
    files: rootFiles(programNames, {
      ...engineFiles,
      ...(extra ? { [`/usr/local/bin/${extra.name}`]: { program: extra.name } } : {}),
      ...(entryScript ? { "/usr/local/bin/docker-entrypoint.sh": { content: entryScript, mode: 0o755 } } : {}),
    }),
    env: [{ name: "PATH", value: searchPath }, ...(options.env ?? [])],
    entrypoint: options.entrypoint ?? [],
    cmd: options.cmd,
    workingDir: options.workingDir ?? "/",
    user: "",
    programs: {
      lookup: (name) => {
        if (extra && name === extra.name) return extra.program;
        return engine?.programs.includes(name) ? engineProgram(engine.name, name) : lookupProgram(name);
      },
    },
  };
}

function pauseImage(): Image {
  return {
    repository: "pause",
    files: rootFiles(() => [], { "/pause": { program: "pause" } }),
    env: [{ name: "PATH", value: searchPath }],
    entrypoint: ["/pause"],
    cmd: [],
    workingDir: "/",
    user: "65535:65535",
    programs: { lookup: (name) => (name === "pause" ? pause : undefined) },
  };
}

/** What the well-known servers start by default; all run until they are stopped. */
function serverCommand(name: string): { readonly command: readonly string[]; readonly workingDir?: string } | null {
  switch (name) {
    case "nginx":
      return { command: ["nginx", "-g", "daemon off;"] };
    case "httpd":
      return { command: ["httpd-foreground"], workingDir: "/usr/local/apache2" };
    case "redis":
      return { command: ["redis-server"], workingDir: "/data" };
    case "valkey":
      return { command: ["valkey-server"], workingDir: "/data" };
    case "memcached":
      return { command: ["memcached"] };
    case "postgres":
      return { command: ["postgres"] };
    case "mysql":
      return { command: ["mysqld"] };
    case "mariadb":
      return { command: ["mariadbd"] };
    case "rabbitmq":
      return { command: ["rabbitmq-server"] };
    case "haproxy":
      return { command: ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"] };
    case "traefik":
      return { command: ["traefik"] };
    case "caddy":
      return { command: ["caddy", "run", "--config", "/etc/caddy/Caddyfile"], workingDir: "/srv" };
    case "registry":
      return { command: ["registry", "serve", "/etc/docker/registry/config.yml"] };
    default:
      return null;
  }
}

function serverImage(name: string): Image | null {
  const known = serverCommand(name);
  if (!known) return null;
  const { command, workingDir = "/" } = known;
  const [program = name] = command;
  return systemImage(name, { cmd: command, extra: { name: program, program: server() }, workingDir });
}

export interface BlackBoxOptions {
  /** How long process 1 runs; infinite: until it is killed. */
  readonly durationMs: number;
  readonly exitCode: number;
  /** Standard output, a line each, written at the start. */
  readonly logLines?: readonly string[];
  /** What it holds from its start on. */
  readonly memoryBytes?: number;
}

/**
 * An image that nobody knows, as a black box: whatever command its container names, process 1 runs for the given time
 * and exits. It reacts to SIGTERM as a program without a handler does. Start it without the container's own command and
 * arguments: those name programs of the image that nobody knows.
 */
export function blackBox(repository: string, options: BlackBoxOptions): Image {
  const program = blackBoxProgram({ ...options, logLines: options.logLines ?? [] });
  return {
    repository,
    files: rootFiles(() => [], { "/entrypoint": { program: "entrypoint" } }),
    env: [{ name: "PATH", value: searchPath }],
    entrypoint: ["/entrypoint"],
    cmd: [],
    workingDir: "/",
    user: "",
    programs: { lookup: () => program },
  };
}
