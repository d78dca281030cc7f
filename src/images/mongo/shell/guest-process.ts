import type { Guest } from "./guest.js";

/** Output, the process, time and the commands that are lines, as globals of the virtual machine. */
export function installProcess(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const root = globalThis as unknown as Doc;
  const inspectKey = Symbol.for("kjob.inspect");
  const { api } = guest;
  const { define } = guest.core;

  // Output

  const text = (value: unknown): string => (typeof value === "string" ? value : (guest.show(value) ?? ""));
  const print = (...values: unknown[]): void =>
    guest.write("stdout", `${values.map((value) => (value === undefined ? "undefined" : text(value))).join(" ")}\n`);
  guest.show = (value) => {
    if (value === undefined) return null;
    if (typeof value === "string") return value;
    if (api.isCursor(value)) return api.showPage(value);
    if (value instanceof Error) {
      const { name, message } = guest.describeError(value);
      return `${name}: ${message}`;
    }
    return guest.inspect(value, {
      isWhole:
        Array.isArray(value) ||
        (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype),
    });
  };
  define("print", print);
  define("printjson", print);
  define("printjsononeline", (value: unknown) => print(JSON.stringify(value)));
  define("tojson", (value: unknown) => guest.inspect(value, { isWhole: true, colors: false }));
  define("tojsononeline", (value: unknown) =>
    guest.inspect(value, { isWhole: true, colors: false }).replace(/\n\s*/g, " "),
  );
  const log =
    (stream: "stdout" | "stderr") =>
    (...values: unknown[]) => {
      const [first, ...rest] = values;
      let words = values;
      if (typeof first === "string" && first.includes("%")) {
        const left = [...rest];
        const filled = first.replace(/%[sdifjoO%]/g, (mark) => {
          if (mark === "%%") return "%";
          if (left.length === 0) return mark;
          const value = left.shift();
          if (mark === "%s") return typeof value === "string" ? value : guest.inspect(value);
          if (mark === "%d") return String(Number(value));
          if (mark === "%i") return String(Number.parseInt(String(value), 10));
          if (mark === "%f") return String(Number.parseFloat(String(value)));
          return mark === "%j" ? JSON.stringify(value) : guest.inspect(value);
        });
        words = [filled, ...left];
      }
      guest.write(
        stream,
        `${words.map((value) => (typeof value === "string" ? value : guest.inspect(value))).join(" ")}\n`,
      );
    };
  const out = log("stdout");
  const err = log("stderr");
  define("console", {
    log: out,
    info: out,
    debug: out,
    dir: out,
    table: out,
    error: err,
    warn: err,
    clear: () => {},
    group: out,
    groupEnd: () => {},
    time: () => {},
    timeEnd: () => {},
  });

  // The process

  const exit = (code: unknown = 0): never => guest.exit(Number(code) & 255);
  const quit = Object.assign(exit, { [inspectKey]: () => "" });
  define("quit", quit);
  define("exit", quit);
  const written =
    (stream: "stdout" | "stderr") =>
    (chunk: unknown): boolean => {
      guest.write(stream, String(chunk));
      return true;
    };
  const process = {
    env: new Proxy({ ...guest.env } as { [name: string]: string }, {
      set: (self, name, value) => Reflect.set(self, name, String(value)),
    }),
    argv: guest.argv,
    platform: "linux",
    arch: "x64",
    pid: 1,
    version: "v16.18.0",
    versions: { node: "16.18.0" },
    exitCode: undefined as number | undefined,
    exit: (code?: unknown) => exit(code ?? process.exitCode ?? 0),
    cwd: () => guest.env.PWD ?? "/",
    uptime: () => (guest.nowMs() - startedMs) / 1000,
    hrtime: Object.assign(() => [Math.floor(guest.nowMs() / 1000), (guest.nowMs() % 1000) * 1e6], {
      bigint: () => BigInt(guest.nowMs()) * 1000000n,
    }),
    memoryUsage: () => ({
      rss: 90_000_000,
      heapTotal: 40_000_000,
      heapUsed: 30_000_000,
      external: 1_000_000,
      arrayBuffers: 10_000,
    }),
    nextTick: (task: (...args: unknown[]) => void, ...args: unknown[]) =>
      void Promise.resolve().then(() => task(...args)),
    on: () => process,
    once: () => process,
    stdout: { write: written("stdout"), isTTY: false },
    stderr: { write: written("stderr"), isTTY: false },
  };
  const startedMs = guest.nowMs();
  define("process", process);
  define("global", root);
  define("require", (name: string) => {
    throw Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:\n- /usr/bin/mongosh`), {
      code: "MODULE_NOT_FOUND",
    });
  });
  // Not by its own name: then a script sees the globals, as the shell's do.
  // biome-ignore lint/security/noGlobalEval: inside the virtual machine, which is made for it
  const evaluate = eval;
  define("load", (path: string) => {
    const source = guest.readFile(path);
    if (source === null)
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
    evaluate(source);
    return true;
  });
  define("cat", (path: string) => guest.readFile(path));
  define("pwd", () => guest.env.PWD ?? "/");
  define("version", () => guest.facts.shellVersion);
  define("cls", () => guest.write("stdout", "\u001b[2J\u001b[0;0H"));
  define("help", "See https://www.mongodb.com/docs/mongodb-shell/");
  define("DBQuery", {
    get shellBatchSize() {
      return api.batchSize();
    },
    set shellBatchSize(size: number) {
      api.batchSize(size);
    },
  });
  define("config", { get: () => undefined, set: () => "" });
  define("passwordPrompt", () => "");

  // Time and chance are the container's.

  const NativeDate = Date;
  function ShellDate(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new NativeDate(guest.nowMs()).toString();
    return Reflect.construct(NativeDate, args.length === 0 ? [guest.nowMs()] : args, new.target);
  }
  Object.setPrototypeOf(ShellDate, NativeDate);
  Object.defineProperties(ShellDate, {
    prototype: { value: NativeDate.prototype },
    name: { value: "Date" },
    length: { value: 7 },
  });
  (ShellDate as unknown as Doc).now = () => guest.nowMs();
  Object.defineProperty(NativeDate.prototype, "constructor", { value: ShellDate, writable: true, configurable: true });
  define("Date", ShellDate);
  Math.random = () => guest.random();
  const stringLengthMax = 536_870_888;
  Object.defineProperty(String.prototype, "repeat", {
    value: function repeat(this: string, count: number) {
      const times = Math.trunc(Number(count)) || 0;
      let piece = String(this);
      if (times < 0 || times === Number.POSITIVE_INFINITY) throw new RangeError(`Invalid count value: ${count}`);
      if (piece.length * times > stringLengthMax) throw new RangeError("Invalid string length");
      // By doubling: the engine's own goes letter by letter.
      let whole = "";
      for (let left = times; left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) whole += piece;
        if (left > 1) piece += piece;
      }
      return whole;
    },
    writable: true,
    configurable: true,
  });

  let order = 0;
  const timer = (run: () => void, ms: unknown): number => {
    order += 1;
    guest.timers.push({ atMs: guest.nowMs() + Math.max(0, Math.trunc(Number(ms)) || 0), order, run });
    return order;
  };
  const wait = (ms: unknown): Promise<void> => new Promise((resolve) => timer(() => resolve(), ms));
  define("setTimeout", (task: (...args: unknown[]) => void, ms: unknown, ...args: unknown[]) =>
    timer(() => task(...args), ms),
  );
  define("setImmediate", (task: (...args: unknown[]) => void, ...args: unknown[]) => timer(() => task(...args), 0));
  define("setInterval", (task: () => void, ms: unknown) => {
    const again = (): void => {
      task();
      timer(again, Math.max(1, Number(ms) || 1));
    };
    return timer(again, Math.max(1, Number(ms) || 1));
  });
  const clear = (id: number): void => {
    const at = guest.timers.findIndex(({ order: candidate }) => candidate === id);
    if (at >= 0) guest.timers.splice(at, 1);
  };
  define("clearTimeout", clear);
  define("clearInterval", clear);
  define("sleep", () => {
    throw api.invalidInput(
      "[ASYNC-10012] sleep() cannot be called here: the result cannot be waited for inside of this kind of function",
    );
  });
  Object.defineProperty(root, "__kjobSleep", { value: wait });
  /** Calls a method with callbacks that may wait. */
  Object.defineProperty(root, "__kjobCall", {
    value: async (self: unknown, name: string, args: unknown[]) => {
      const [callback, start] = args as [(...values: unknown[]) => unknown, unknown];
      const isCursor = api.isCursor(self);
      if (typeof callback !== "function" || !(Array.isArray(self) || isCursor)) {
        return (self as { [method: string]: (...values: unknown[]) => unknown })[name]?.(...args);
      }
      const items = isCursor ? api.elementsOf(self) : (self as unknown[]);
      const results: unknown[] = [];
      if (name === "reduce") {
        let at = args.length > 1 ? 0 : 1;
        let total = args.length > 1 ? start : items[0];
        for (; at < items.length; at++) total = await callback(total, items[at], at, items);
        return total;
      }
      if (!["forEach", "map", "filter", "some", "every", "find", "findIndex", "flatMap"].includes(name)) {
        return (self as unknown as { [method: string]: (...values: unknown[]) => unknown })[name]?.(...args);
      }
      for (const [at, item] of items.entries()) {
        const result = await callback(item, at, items);
        results.push(result);
        if (name === "some" && result) return true;
        if (name === "every" && !result) return false;
        if (name === "find" && result) return item;
        if (name === "findIndex" && result) return at;
      }
      switch (name) {
        case "map":
          return results;
        case "flatMap":
          return results.flat();
        case "filter":
          return items.filter((_item, at) => results[at]);
        case "some":
          return false;
        case "every":
          return true;
        case "findIndex":
          return -1;
        default:
          return undefined;
      }
    },
  });

  // Lines that are commands

  const sizeText = (bytes: number): string => `${(bytes / 1024).toFixed(2)} KiB`;
  guest.command = (line) => {
    const words = line.trim().replace(/;$/, "").split(/\s+/);
    const [verb = "", what = ""] = words;
    if (verb === "use" && words.length === 2) {
      api.use(what);
      return `switched to db ${what}`;
    }
    if (verb === "it" && words.length === 1) return api.more();
    if (verb === "exit" || verb === "quit") return words.length === 1 ? exit() : undefined;
    if (verb === "cls" || verb === "help") return words.length === 1 ? "" : undefined;
    if (verb !== "show" || words.length !== 2) return undefined;
    if (what === "dbs" || what === "databases") {
      const rows = api.databases().map(({ name, bytes }) => [name, sizeText(bytes)] as const);
      const width = Math.max(...rows.map(([name]) => name.length));
      const sizes = Math.max(...rows.map(([, size]) => size.length));
      return rows.map(([name, size]) => `${name.padEnd(width)}  ${size.padStart(sizes)}`).join("\n");
    }
    if (what === "collections" || what === "tables") return api.collectionNames().join("\n");
    if (what === "users" || what === "roles" || what === "profile") return "[]";
    if (what === "log" || what === "logs") return '[ "global", "startupWarnings" ]';
    throw api.invalidInput(`[COMMON-10001] '${what}' is not a valid argument for "show".`);
  };
  guest.prompt = () => {
    const reply = api.hello();
    const role = reply.setName
      ? `${reply.setName} [direct: ${reply.isWritablePrimary ? "primary" : "secondary"}] `
      : "";
    return `${role}${api.databaseName()}> `;
  };
}
