import type { Json } from "../../container/journal.js";
import { type Process, type Program, type Step, SystemError } from "../../container/program.js";
import { SIGINT, SIGTERM } from "../../container/signals.js";
import { parseArguments } from "./arguments.js";
import { buildInfo, serverVersion } from "./version.js";

const options = {
  valued: [
    "replSet",
    "dbpath",
    "bind_ip",
    "port",
    "config",
    "logpath",
    "storageEngine",
    "oplogSize",
    "wiredTigerCacheSizeGB",
    "keyFile",
    "setParameter",
    "directoryperdb",
    "tlsMode",
    "pidfilepath",
    "unixSocketPrefix",
    "clusterAuthMode",
    "tlsCertificateKeyFile",
    "tlsCAFile",
  ],
  flags: [
    "bind_ip_all",
    "ipv6",
    "auth",
    "noauth",
    "quiet",
    "journal",
    "nojournal",
    "fork",
    "logappend",
    "shardsvr",
    "configsvr",
    "version",
    "help",
    "verbose",
    "noscripting",
  ],
  short: { f: "config", h: "help", v: "verbose" },
} as const;

/** Milliseconds from the start of the program until it takes connections. */
const startMs = { min: 350, more: 250 };

interface LogFacts {
  readonly severity?: "I" | "W" | "E" | "F";
  readonly component: string;
  readonly id: number;
  readonly context: string;
  readonly message: string;
  readonly attr?: Json;
}

function* log(process: Process, { severity = "I", component, id, context, message, attr }: LogFacts): Step<void> {
  const date = new Date(process.nowMs()).toISOString().replace("Z", "+00:00");
  const line = {
    t: { $date: date },
    s: severity,
    c: component,
    id,
    ctx: context,
    msg: message,
    ...(attr === undefined ? {} : { attr }),
  };
  // The server pads the severity and the component, so that the lines stand in columns.
  const text = JSON.stringify(line)
    .replace(/"s":"(\w)",/, '"s":"$1",  ')
    .replace(/"c":"([\w-]*)",/, (whole: string, name: string) => whole + " ".repeat(Math.max(1, 9 - name.length)));
  yield* process.out(`${text}\n`);
}

interface Settings {
  readonly port: number;
  /** As it was given: relative paths are the process's. */
  readonly dbPath: string;
  readonly replSet: string | null;
  readonly address: string;
}

/** The database server: opens its port, and answers there until it is stopped. What it answers is the node's business. */
export const mongod: Program = function* (process) {
  const { values, operands, wrong } = parseArguments(process.argv.slice(1), options);
  if (values.has("version")) {
    yield* process.out(`db version v${serverVersion}\nBuild Info: ${JSON.stringify(buildInfo, null, 4)}\n`);
    return 0;
  }
  if (wrong !== null || operands.length > 0) {
    const problem =
      wrong === null
        ? "too many positional options have been specified on the command line"
        : wrong.reason === "value"
          ? `the required argument for option '${wrong.option}' is missing`
          : `unrecognised option '${wrong.option}'`;
    yield* process.err(`Error parsing command line: ${problem}\ntry 'mongod --help' for more information\n`);
    return 2;
  }
  const last = (name: string) => values.get(name)?.at(-1);
  const settings: Settings = {
    port: Number(last("port") ?? 27017),
    dbPath: last("dbpath") ?? "/data/db",
    replSet: last("replSet")?.split("/")[0] ?? null,
    address: last("bind_ip") ?? "0.0.0.0",
  };
  const failed = yield* start(process, settings);
  if (failed !== null) return failed;
  return yield* shutDown(process, yield* stopped(process));
};

/** Comes up, with what it logs on the way; gives the exit status where it cannot. */
function* start(process: Process, { port, dbPath, replSet, address }: Settings): Step<number | null> {
  const starting = { component: "CONTROL", context: "initandlisten" };
  yield* log(process, {
    ...starting,
    id: 4615611,
    message: "MongoDB starting",
    attr: { pid: process.pid, port, dbPath, architecture: "64-bit", host: process.hostname },
  });
  yield* log(process, {
    ...starting,
    id: 23403,
    message: "Build Info",
    attr: { buildInfo: { version: serverVersion } },
  });
  const absolute = process.files.absolute(dbPath);
  if (!process.files.exists(absolute)) {
    const error = `NonExistentPath: Data directory ${dbPath} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`;
    const message = "DBException in initAndListen, terminating";
    yield* log(process, { ...starting, severity: "E", id: 20557, message, attr: { error } });
    return 100;
  }
  yield* process.sleep(startMs.min + Math.floor(process.random() * startMs.more));
  const failure = listen(process, port, { replSet, dbPath: absolute, startMs: process.nowMs() });
  if (failure !== null) {
    const message = "Failed to unlink socket file";
    yield* log(process, {
      ...starting,
      component: "NETWORK",
      severity: "E",
      id: 23024,
      message,
      attr: { error: failure },
    });
    return 48;
  }
  if (replSet !== null) {
    const message = "Did not find local initialized voted for document at startup";
    yield* log(process, { ...starting, component: "REPL", id: 21311, message });
  }
  const listening = { component: "NETWORK", context: "listener" };
  yield* log(process, { ...listening, id: 23015, message: "Listening on", attr: { address } });
  yield* log(process, { ...listening, id: 23016, message: "Waiting for connections", attr: { port, ssl: "off" } });
  return null;
}

function* shutDown(process: Process, signal: number): Step<number> {
  const stopping = { component: "CONTROL", context: "SignalHandler" };
  const error = signal === SIGTERM ? "Terminated" : "Interrupt";
  yield* log(process, { ...stopping, id: 23377, message: "Received signal", attr: { signal, error } });
  yield* process.sleep(20);
  yield* log(process, { ...stopping, id: 23138, message: "Shutting down", attr: { exitCode: 0 } });
  return 0;
}

function listen(process: Process, port: number, settings: Json): string | null {
  try {
    process.listen(port, { service: "mongod", settings });
    return null;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return "Address already in use";
  }
}

function* stopped(process: Process): Step<number> {
  let received = 0;
  for (const signal of [SIGTERM, SIGINT]) {
    process.onSignal(signal, () => {
      received = signal;
    });
  }
  while (received === 0) yield { kind: "forever" };
  return received;
}
