import type { EmulatedVersion } from "../../src/api/versions/emulated-version.js";
import type { ApiClient } from "../../src/client/api-client.js";
import type { ClientRequest, ConfigContext, KubectlEdge } from "../../src/kubectl/edge.js";
import { runKubectl } from "../../src/kubectl/run-kubectl.js";
import type { FileSource } from "../../src/manifest/file-source.js";
import { MemoryClient } from "./memory-client.js";

/** What one command printed, standard output and error in the order they were written. */
export interface Printed {
  readonly out: string;
  readonly err: string;
  readonly all: string;
  readonly exitStatus: number;
}

/** A person with files and settings in memory, and somebody's API server. */
export abstract class TypedSession {
  readonly files = new Map<string, string | Uint8Array>();
  /** Symbolic links among them, and where they lead. */
  readonly links = new Map<string, string>();
  /** What commands have written. */
  readonly written = new Map<string, string>();
  readonly writtenBytes = new Map<string, Uint8Array>();
  stdin = "";
  /** Whether somebody still sits before standard input, and types nothing more. */
  isTyping = false;
  environment: Readonly<Record<string, string>> = {};
  isTerminal = { out: false, err: false, in: false };
  color = false;
  signal: AbortSignal | undefined;
  contexts: ConfigContext[] = [{ name: "kjob", cluster: "kjob", user: "kjob", namespace: "" }];
  current = "kjob";
  version: EmulatedVersion = "1.36";
  /** What editors and other programs were given. */
  readonly shown: string[] = [];
  /** The exit status of programs that compare. */
  comparison = 1;
  edited: (text: string) => string = (text) => text;

  protected abstract open(request: ClientRequest): Promise<ApiClient>;
  protected abstract now(): number;

  /** What time passes by itself while a command runs. */
  protected async afterCommand(): Promise<void> {}

  /** Runs a command written as a shell would split it; quotes hold words together. */
  async run(line: string): Promise<Printed> {
    return this.runArgs(split(line));
  }

  async runArgs(argv: readonly string[]): Promise<Printed> {
    let out = "";
    let err = "";
    let all = "";
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const edge: KubectlEdge = {
      client: (request) => this.open(request),
      version: async () => this.version,
      out: (text) => {
        out += text;
        all += text;
      },
      err: (text) => {
        err += text;
        all += text;
      },
      pass: ({ stream, bytes }) => {
        const text = decoders[stream].decode(bytes, { stream: true });
        edge[stream === "stdout" ? "out" : "err"](text);
      },
      stdin: () => bytesOf(this.stdin, this.isTyping),
      isTerminal: this.isTerminal,
      color: this.color,
      now: async () => this.now(),
      ...(this.signal === undefined ? {} : { signal: this.signal }),
      timezoneOffset: () => 0,
      files: this.#fileSource(),
      config: this.#config(),
      writeFile: (path, bytes) => {
        this.written.set(path, new TextDecoder().decode(bytes));
        this.writtenBytes.set(path, bytes);
      },
      makeFolder: (path) => {
        this.written.set(`${path}/`, "");
      },
      editor: {
        edit: async (text) => {
          this.shown.push(text);
          return this.edited(text);
        },
      },
      compareWith: async (program, sides) => {
        this.shown.push(JSON.stringify([program, sides]));
        return this.comparison;
      },
      env: (name) => this.environment[name],
      randomSuffix: (length) => "abcdefghij".slice(0, length),
    };
    const exitStatus = await runKubectl(argv, edge);
    await this.afterCommand();
    return { out, err, all, exitStatus };
  }

  #fileSource(): FileSource {
    const encoder = new TextEncoder();
    const isFolder = (path: string) =>
      [...this.files.keys()].some((each) => each.startsWith(`${path.replace(/\/$/, "")}/`));
    return {
      stat: (path) => {
        const text = this.files.get(path);
        if (text !== undefined) return { kind: "file", sizeBytes: text.length };
        return isFolder(path) ? { kind: "directory", sizeBytes: 0 } : undefined;
      },
      list: (path) => {
        const start = `${path.replace(/\/$/, "")}/`;
        const names = [...this.files.keys()].filter((each) => each.startsWith(start));
        return [...new Set(names.map((each) => each.slice(start.length).split("/")[0] ?? ""))];
      },
      linkTarget: (path) => this.links.get(path),
      read: (path) => {
        const content = this.files.get(path) ?? "";
        return typeof content === "string" ? encoder.encode(content) : content;
      },
      readStdin: () => encoder.encode(this.stdin),
    };
  }

  #config(): KubectlEdge["config"] {
    const namespaceOf = (name: string) => this.contexts.find((each) => each.name === name)?.namespace || "default";
    return {
      currentContext: () => this.current,
      namespace: () => namespaceOf(this.current),
      contexts: () => this.contexts,
      clusters: () => [{ name: "kjob", server: "https://kjob.local" }],
      users: () => [{ name: "kjob" }],
      useContext: (name) => {
        this.current = name;
      },
      setContext: (name, change) => {
        const before = this.contexts.find((each) => each.name === name) ?? {
          name,
          cluster: "",
          user: "",
          namespace: "",
        };
        this.contexts = [...this.contexts.filter((each) => each.name !== name), { ...before, ...change }];
      },
      renameContext: (from, to) => {
        this.contexts = this.contexts.map((each) => (each.name === from ? { ...each, name: to } : each));
        if (this.current === from) this.current = to;
      },
      deleteContext: (name) => {
        this.contexts = this.contexts.filter((each) => each.name !== name);
      },
      path: () => "/home/reader/config",
    };
  }
}

async function* bytesOf(text: string, isTyping: boolean): AsyncIterable<Uint8Array> {
  if (text !== "") yield new TextEncoder().encode(text);
  if (isTyping) await new Promise(() => {});
}

/** A cluster made of a map: nothing is checked in it, and nothing runs. */
export class KubectlSession extends TypedSession {
  readonly client = new MemoryClient();

  protected async open(): Promise<ApiClient> {
    return this.client;
  }

  protected now(): number {
    return this.client.now();
  }
}

export function split(line: string): readonly string[] {
  const words = line.match(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
}
