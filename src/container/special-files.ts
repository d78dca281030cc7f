import type { ContainerProcess } from "./container-process.js";
import { type Description, Device, nullDevice, OpenFile } from "./descriptions.js";
import { byBytes } from "./file-tree.js";
import { type FileStat, SystemError } from "./program.js";

/** A file that the kernel makes up: a device, or a page of /proc. */
export interface SpecialFile {
  readonly stat: FileStat;
  open(): Description;
  /** Content, for what can be read whole. */
  text(): string;
}

const deviceNames = ["console", "full", "null", "ptmx", "random", "tty", "urandom", "zero"];
const processPages = ["cmdline", "comm", "environ", "mounts", "stat", "status"];
const systemPages = ["cpuinfo", "loadavg", "meminfo", "mounts", "stat", "uptime", "version"];

/** The links of /dev and /proc: where they lead for this process; null for what is no such link. */
export function specialLink(path: string, process: ContainerProcess): string | null {
  if (path === "/dev/fd") return "/proc/self/fd";
  if (path === "/dev/stdin") return "/proc/self/fd/0";
  if (path === "/dev/stdout") return "/proc/self/fd/1";
  if (path === "/dev/stderr") return "/proc/self/fd/2";
  if (path === "/proc/self" || path.startsWith("/proc/self/")) return `/proc/${process.pid}${path.slice(10)}`;
  if (path.startsWith("/dev/fd/")) return `/proc/${process.pid}/fd/${path.slice(8)}`;
  return null;
}

/** Names in /dev and /proc beside those of the file tree; null for other directories. */
export function specialNames(path: string, process: ContainerProcess): string[] | null {
  if (path === "/dev") return [...deviceNames, "fd", "stderr", "stdin", "stdout"].sort(byBytes);
  if (path === "/proc") {
    const pids = process.processes().map((info) => String(info.pid));
    return [...pids, ...systemPages, "self"].sort(byBytes);
  }
  const [, pid, rest] = /^\/proc\/(\d+)(\/fd)?$/.exec(path) ?? [];
  if (pid === undefined) return null;
  const owner = process.processOf(Number(pid));
  if (!owner) return null;
  return rest ? owner.fds().map(String) : [...processPages, "fd"];
}

/** The device or page at an absolute path without links; null for what is an ordinary file. */
export function specialFile(path: string, process: ContainerProcess): SpecialFile | null {
  if (path.startsWith("/dev/")) return device(path.slice(5), process);
  if (path === "/dev" || path === "/proc") return null;
  if (!path.startsWith("/proc/")) return null;
  if (specialNames(path, process)) return directory(process);
  const [, pid, page = ""] = /^\/proc\/(\d+)\/(.+)$/.exec(path) ?? [];
  if (pid === undefined) {
    const text = systemPage(path.slice(6), process);
    return text === null ? null : pageFile(text, process);
  }
  const owner = process.processOf(Number(pid));
  if (!owner) return null;
  if (page.startsWith("fd/")) process.touch(owner);
  if (page.startsWith("fd/")) return descriptorFile(Number(page.slice(3)), owner, process);
  const text = processPage(page, owner, process);
  return text === null ? null : pageFile(text, process);
}

function statOf(type: FileStat["type"], mode: number, process: ContainerProcess, size = 0): FileStat {
  return { type, mode, size, mtimeMs: process.nowMs(), uid: 0, gid: 0 };
}

function directory(process: ContainerProcess): SpecialFile {
  return {
    stat: statOf("directory", 0o555, process),
    open: () => {
      throw new SystemError("EISDIR");
    },
    text: () => {
      throw new SystemError("EISDIR");
    },
  };
}

function device(name: string, process: ContainerProcess): SpecialFile | null {
  if (!deviceNames.includes(name)) return null;
  const file = (make: () => Description): SpecialFile => ({
    stat: statOf("device", 0o666, process),
    open: make,
    text: () => make().read(1, false) ?? "",
  });
  switch (name) {
    case "null":
      return { ...file(nullDevice), text: () => "" };
    case "zero":
      return file(() => new Device((max) => "\0".repeat(max)));
    case "full":
      return file(() => new Device((max) => "\0".repeat(max), true));
    case "random":
    case "urandom":
      return file(() => new Device((max) => randomBytes(process, max)));
    default:
      return file(() => terminalOf(process));
  }
}

function randomBytes(process: ContainerProcess, count: number): string {
  let bytes = "";
  for (let index = 0; index < count; index++) bytes += String.fromCharCode(Math.floor(process.random() * 256));
  return bytes;
}

function terminalOf(process: ContainerProcess): Description {
  for (const fd of [0, 1, 2]) {
    const description = process.descriptors.peek(fd);
    if (description?.isTerminal) return description;
  }
  throw new SystemError("ENOENT");
}

function descriptorFile(fd: number, owner: ContainerProcess, process: ContainerProcess): SpecialFile | null {
  const description = owner.descriptors.peek(fd);
  if (!description) return null;
  return {
    stat: statOf("device", 0o620, process),
    open: () => description,
    text: () => description.read(65_536, false) ?? "",
  };
}

function pageFile(text: string, process: ContainerProcess): SpecialFile {
  const content = {
    size: () => text.length,
    read: (from: number, max: number) => text.slice(from, from + max),
    write: () => {
      throw new SystemError("EACCES");
    },
  };
  return {
    stat: statOf("file", 0o444, process),
    open: () => new OpenFile(content, { read: true, write: false, append: false }),
    text: () => text,
  };
}

function systemPage(name: string, process: ContainerProcess): string | null {
  const upSeconds = (process.upMs() / 1000).toFixed(2);
  switch (name) {
    case "cpuinfo":
      return ["0", "1"]
        .map((cpu) => `processor\t: ${cpu}\nmodel name\t: simulated\ncpu MHz\t\t: 2000.000\nflags\t\t: fpu\n\n`)
        .join("");
    case "meminfo":
      return "MemTotal:        8388608 kB\nMemFree:         4194304 kB\nMemAvailable:    6291456 kB\n";
    case "uptime":
      return `${upSeconds} ${upSeconds}\n`;
    case "loadavg":
      return `0.00 0.00 0.00 1/${process.processes().length} ${process.pid}\n`;
    case "version":
      return "Linux version 6.1.0 (kjob) #1 SMP\n";
    case "stat":
      return "cpu  0 0 0 0 0 0 0 0 0 0\n";
    case "mounts":
      return process.mountTable();
    default:
      return null;
  }
}

function processPage(name: string, owner: ContainerProcess, process: ContainerProcess): string | null {
  const state = process.processes().find((info) => info.pid === owner.pid)?.state ?? "S";
  const command = (owner.argv[0] ?? "").split("/").at(-1) ?? "";
  switch (name) {
    case "cmdline":
      return owner.argv.map((argument) => `${argument}\0`).join("");
    case "comm":
      return `${command.slice(0, 15)}\n`;
    case "environ":
      return [...owner.env].map(([key, value]) => `${key}=${value}\0`).join("");
    case "mounts":
      return process.mountTable();
    case "stat":
      return `${owner.pid} (${command}) ${state} ${owner.parentPid} 1 1 0 -1 0\n`;
    case "status":
      return `Name:\t${command}\nState:\t${state}\nPid:\t${owner.pid}\nPPid:\t${owner.parentPid}\nUid:\t${owner.uid}\t${owner.uid}\t${owner.uid}\t${owner.uid}\n`;
    default:
      return null;
  }
}
