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
  const port = Number(last("port") ?? 27017);
  const dbPath = last("dbpath") ?? "/data/db";
  const replSet = last("replSet")?.split("/")[0] ?? null;
  yield* log(process, {
    component: "CONTROL",
    id: 4615611,
    context: "initandlisten",
    message: "MongoDB starting",
    attr: { pid: process.pid, port, dbPath, architecture: "64-bit", host: process.hostname },
  });
  yield* log(process, {
    component: "CONTROL",
    id: 23403,
    context: "initandlisten",
    message: "Build Info",
    attr: { buildInfo: { version: serverVersion } },
  });
  const absolute = process.files.absolute(dbPath);
  if (!process.files.exists(absolute)) {
    const error = `NonExistentPath: Data directory ${dbPath} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file.`;
    yield* log(process, {
      severity: "E",
      component: "CONTROL",
      id: 20557,
      context: "initandlisten",
      message: "DBException in initAndListen, terminating",
      attr: { error },
    });
    return 100;
  }
  yield* process.sleep(startMs.min + Math.floor(process.random() * startMs.more));
  const failure = listen(process, port, { replSet, dbPath: absolute, startMs: process.nowMs() });
  if (failure !== null) {
    yield* log(process, {
      severity: "E",
      component: "NETWORK",
      id: 23024,
      context: "initandlisten",
      message: "Failed to unlink socket file",
      attr: { error: failure },
    });
    return 48;
  }
  if (replSet !== null) {
    yield* log(process, {
      component: "REPL",
      id: 21311,
      context: "initandlisten",
      message: "Did not find local initialized voted for document at startup",
    });
  }
  const address = last("bind_ip") ?? (values.has("bind_ip_all") ? "0.0.0.0" : "0.0.0.0");
  yield* log(process, {
    component: "NETWORK",
    id: 23015,
    context: "listener",
    message: "Listening on",
    attr: { address },
  });
  yield* log(process, {
    component: "NETWORK",
    id: 23016,
    context: "listener",
    message: "Waiting for connections",
    attr: { port, ssl: "off" },
  });
  const signal = yield* stopped(process);
  yield* log(process, {
    component: "CONTROL",
    id: 23377,
    context: "SignalHandler",
    message: "Received signal",
    attr: { signal, error: signal === SIGTERM ? "Terminated" : "Interrupt" },
  });
  yield* process.sleep(20);
  yield* log(process, {
    component: "CONTROL",
    id: 23138,
    context: "SignalHandler",
    message: "Shutting down",
    attr: { exitCode: 0 },
  });
  return 0;
};

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
