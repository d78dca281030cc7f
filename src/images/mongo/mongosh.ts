import type { QuickJSWASMModule } from "quickjs-emscripten-core";
import { decodeUtf8, encodeUtf8 } from "../../container/bytes.js";
import { type Process, type Program, type Step, SystemError } from "../../container/program.js";
import { parseArguments } from "./arguments.js";
import { Connection } from "./connection.js";
import { Machine, type Outcome } from "./shell/machine.js";
import { ScriptSyntaxError } from "./shell/rewrite.js";
import { parseTarget, type Target, UriError } from "./uri.js";
import { serverVersion, shellVersion } from "./version.js";

const options = {
  valued: [
    "eval",
    "file",
    "host",
    "port",
    "username",
    "password",
    "authenticationDatabase",
    "authenticationMechanism",
    "apiVersion",
    "tlsCAFile",
    "tlsCertificateKeyFile",
    "retryWrites",
    "json",
  ],
  flags: [
    "quiet",
    "norc",
    "nodb",
    "shell",
    "help",
    "version",
    "verbose",
    "tls",
    "ssl",
    "no-retryWrites",
    "skipStartupWarnings",
  ],
  short: { f: "file", h: "help", u: "username", p: "password" },
} as const;

/** Milliseconds that the shell takes until it connects. */
const startMs = { min: 600, more: 400 };
const selectionMs = { local: 2000, default: 30_000 };
/** How a process ends that aborts, as Node does when its memory is used up. */
const abortStatus = 134;

/** A shell of one run. */
interface Shell {
  readonly process: Process;
  readonly machine: Machine;
}

/** mongosh: connects, runs what it is given, and ends; without anything it reads its standard input. */
export function mongosh(engine: QuickJSWASMModule): Program {
  return function* (process) {
    const { values, operands, wrong } = parseArguments(process.argv.slice(1), options);
    if (values.has("version")) {
      yield* process.out(`${shellVersion}\n`);
      return 0;
    }
    if (wrong !== null) {
      yield* process.err(
        `Error parsing command line: ${wrong.reason === "unknown" ? "unrecognized option" : "missing argument for option"}: ${wrong.option}\n\n  For usage run: mongosh --help\n`,
      );
      return 1;
    }
    if (values.has("help")) {
      yield* process.out("\n  $ mongosh [options] [db address] [file names (ending in .js or .mongodb)]\n");
      return 0;
    }
    const isScript = (word: string) => /\.(?:js|mongodb|mjs|cjs)$/.test(word);
    const [address = ""] = operands[0] !== undefined && !isScript(operands[0]) ? operands : [""];
    const files = [...(values.get("file") ?? []), ...operands.filter((word, index) => index > 0 || isScript(word))];
    let target: Target;
    try {
      target = targetOf(decodeUtf8(address), values);
    } catch (error) {
      if (!(error instanceof UriError)) throw error;
      yield* process.err(`MongoParseError: ${error.message}\n`);
      return 1;
    }
    yield* process.sleep(startMs.min + Math.floor(process.random() * startMs.more));
    const connection = new Connection(process, target);
    const isQuiet = values.has("quiet");
    const uri = shownUri(target, connection);
    if (!isQuiet) yield* process.out(`${logId(process)}Connecting to:\t\t${uri}\n`);
    if (!values.has("nodb")) {
      const failure = yield* connection.connect(timeoutOf(target));
      if (failure !== null) {
        yield* process.err(`${failure.name}: ${failure.message}\n`);
        return 1;
      }
    }
    if (!isQuiet) yield* process.out(banner(serverVersion));
    const database = target.database ?? "test";
    const machine = new Machine(engine, {
      process,
      facts: { uri, database, serverVersion, shellVersion, colors: process.isTerminal(1) },
      request: (message) => {
        const { db, command } = JSON.parse(message);
        return JSON.stringify(connection.command(db, command));
      },
    });
    try {
      const shell: Shell = { process, machine };
      const scripts = values.get("eval") ?? [];
      const status = yield* runScripts(shell, scripts, files);
      if (status !== null || scripts.length + files.length > 0) return status ?? 0;
      return yield* interact(shell);
    } finally {
      machine.dispose();
    }
  };
}

function targetOf(address: string, values: ReadonlyMap<string, readonly string[]>): Target {
  const host = values.get("host")?.at(-1);
  const port = values.get("port")?.at(-1);
  if ((host === undefined && port === undefined) || address.includes("://")) return parseTarget(address);
  const [set, list] = (host ?? "127.0.0.1").includes("/") ? (host ?? "").split("/") : [null, host ?? "127.0.0.1"];
  const hosts = (list ?? "")
    .split(",")
    .map((name) => (name.includes(":") ? name : `${name}:${port ?? 27017}`))
    .join(",");
  return parseTarget(`mongodb://${hosts}/${address}${set === null ? "" : `?replicaSet=${set}`}`);
}

function isLocal(target: Target): boolean {
  return target.hosts.every(({ name }) => name === "localhost" || name.startsWith("127."));
}

function timeoutOf(target: Target): number {
  const asked = target.options.get("serverselectiontimeoutms");
  if (asked !== undefined) return Number(asked);
  return isLocal(target) ? selectionMs.local : selectionMs.default;
}

function shownUri(target: Target, connection: Connection): string {
  const [start = "", query] = target.text.split("?");
  const path = /:\/\/[^/]*$/.test(start) ? `${start}/` : start;
  const more = [
    ...(query === undefined || query === "" ? [] : [query]),
    ...(connection.isDirect && !target.options.has("directconnection") ? ["directConnection=true"] : []),
    ...(isLocal(target) ? [`serverSelectionTimeoutMS=${selectionMs.local}`] : []),
    `appName=mongosh+${shellVersion}`,
  ];
  return `${path.replace(/\/\/[^@/]*@/, "//<credentials>@")}?${more.join("&")}`;
}

function logId(process: Process): string {
  const seconds = Math.floor(process.nowMs() / 1000).toString(16);
  const rest = Array.from({ length: 16 }, () => Math.floor(process.random() * 16).toString(16)).join("");
  return `Current Mongosh Log ID:\t${seconds}${rest}\n`;
}

function banner(version: string): string {
  return (
    `Using MongoDB:\t\t${version}\nUsing Mongosh:\t\t${shellVersion}\n\n` +
    "For mongosh info see: https://docs.mongodb.com/mongodb-shell/\n\n"
  );
}

/** Runs what the command line names. @returns the status to end with; null: go on */
function* runScripts(
  { process, machine }: Shell,
  scripts: readonly string[],
  files: readonly string[],
): Step<number | null> {
  let text: string | null = null;
  for (const script of scripts) {
    const source = decodeUtf8(script);
    const command = yield* machine.command(source);
    const outcome = command ?? (yield* evaluate(machine, source, "@(shell eval)"));
    const status = yield* statusOf(process, outcome);
    if (status !== null) return status;
    text = outcome.kind === "value" ? outcome.text : null;
  }
  for (const file of files) {
    let source: string;
    try {
      source = decodeUtf8(yield* readFile(process, file));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      yield* process.err(`Error: ENOENT: no such file or directory, open '${decodeUtf8(file)}'\n`);
      return 1;
    }
    const status = yield* statusOf(process, yield* evaluate(machine, source, decodeUtf8(file)));
    if (status !== null) return status;
  }
  if (text !== null) yield* process.out(`${encodeUtf8(text)}\n`);
  return null;
}

function* readFile(process: Process, path: string): Step<string> {
  const fd = process.open(path, { read: true });
  try {
    return yield* process.readAll(fd);
  } finally {
    process.close(fd);
  }
}

function* evaluate(machine: Machine, source: string, name: string): Step<Outcome> {
  try {
    return yield* machine.run(source, name);
  } catch (error) {
    if (!(error instanceof ScriptSyntaxError)) throw error;
    return { kind: "error", name: "SyntaxError", message: error.message, extra: "" };
  }
}

/** The status that an outcome ends the shell with; null where it does not. */
function* statusOf(process: Process, outcome: Outcome): Step<number | null> {
  switch (outcome.kind) {
    case "value":
      return null;
    case "exit":
      return outcome.code;
    case "error":
      yield* process.err(encodeUtf8(`${outcome.name}: ${outcome.message}\n`));
      return 1;
    case "out of memory":
      yield* process.err("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n");
      return abortStatus;
    case "busy":
      // It has the processor, and only a signal can take it away.
      for (;;) yield { kind: "turn" };
  }
}

/** Reads lines, evaluates each as soon as it is whole, and shows what it is worth. */
function* interact({ process, machine }: Shell): Step<number> {
  let pending = "";
  yield* process.out(encodeUtf8(machine.prompt()));
  for (;;) {
    const line = yield* process.readLine(0);
    if (line === "") {
      yield* process.out("\n");
      return 0;
    }
    pending += decodeUtf8(line);
    const outcome = yield* evaluateLine(machine, pending);
    if (outcome === "more") {
      yield* process.out("... ");
      continue;
    }
    pending = "";
    if (outcome.kind === "error") yield* process.out(encodeUtf8(`${outcome.name}: ${outcome.message}\n`));
    else if (outcome.kind === "value") {
      if (outcome.text !== null) yield* process.out(encodeUtf8(`${outcome.text}\n`));
    } else return (yield* statusOf(process, outcome)) ?? 0;
    yield* process.out(encodeUtf8(machine.prompt()));
  }
}

function* evaluateLine(machine: Machine, source: string): Step<Outcome | "more"> {
  if (source.trim() === "") return { kind: "value", text: null };
  const command = yield* machine.command(source);
  if (command !== null) return command;
  try {
    return yield* machine.run(source, "REPL1");
  } catch (error) {
    if (!(error instanceof ScriptSyntaxError)) throw error;
    if (error.isIncomplete) return "more";
    return { kind: "error", name: "SyntaxError", message: error.message, extra: "" };
  }
}
