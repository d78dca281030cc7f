import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from "quickjs-emscripten-core";
import { decodeUtf8, encodeUtf8 } from "../../../container/bytes.js";
import type { Process, Step } from "../../../container/program.js";
import type { ShellFacts } from "./guest.js";
import { installBson } from "./guest-bson.js";
import { installCollections } from "./guest-collection.js";
import { installCursors } from "./guest-cursor.js";
import { installDatabases } from "./guest-database.js";
import { installInspect } from "./guest-inspect.js";
import { installProcess } from "./guest-process.js";
import { installReplicaSet } from "./guest-replica-set.js";
import { installWrites } from "./guest-writes.js";
import { rewrite } from "./rewrite.js";

/** What one script may use. */
const limits = {
  memoryBytes: 96 * 2 ** 20,
  stackBytes: 256 * 2 ** 10,
  /** Interrupts without time passing, some 10,000 loop iterations each; what goes on is busy for ever. */
  interruptsPerInstantMax: 2000,
  /** Text written without time passing. */
  outputBytesPerInstantMax: 4 * 2 ** 20,
  /** What commands to servers count for, in interrupts: each, and a byte of its answer. */
  interruptsPerCommand: 0.02,
  interruptsPerByte: 1 / 100_000,
} as const;

/** The outcome of a piece of script. */
export type Outcome =
  /** Ended; `text` is what the shell shows of its value, null: nothing. */
  | { readonly kind: "value"; readonly text: string | null }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly extra: string }
  | { readonly kind: "exit"; readonly code: number }
  /** It never ends, and lets nobody else have the processor. */
  | { readonly kind: "busy" }
  | { readonly kind: "out of memory" };

interface MachineHost {
  readonly process: Process;
  readonly facts: ShellFacts;
  /** A command as JSON, and its answer. */
  request(message: string): string;
}

/** The shell's own code, in the order in which each piece finds what it builds on. */
const installers = [
  installBson,
  installInspect,
  installCursors,
  installWrites,
  installCollections,
  installDatabases,
  installReplicaSet,
  installProcess,
];

/** Their text; the same for all. */
let prelude: string | null = null;

function preludeText(): string {
  prelude ??= `(guest => { ${installers.map((install) => `(${install})(guest);`).join("\n")} })`;
  return prelude;
}

/** Machines that nobody holds any more: their memory is given back when theirs is. */
const abandoned = new FinalizationRegistry<() => void>((dispose) => dispose());

/**
 * A JavaScript engine of its own for one shell, inside WebAssembly: a script sees its globals and the few functions that
 * it is given, and nothing of the program around it. Time passes where the script sleeps, and nowhere else.
 */
export class Machine {
  readonly #process: Process;
  readonly #host: MachineHost;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #guest: QuickJSHandle;
  #dispose: () => void;
  #output: { stream: "stdout" | "stderr"; text: string }[] = [];
  #outputBytes = 0;
  #interrupts = 0;
  #stopped: { readonly kind: "exit"; readonly code: number } | { readonly kind: "busy" } | null = null;

  constructor(engine: QuickJSWASMModule, host: MachineHost) {
    this.#process = host.process;
    this.#host = host;
    const runtime = engine.newRuntime();
    const context = runtime.newContext();
    this.#runtime = runtime;
    this.#context = context;
    runtime.setMemoryLimit(limits.memoryBytes);
    runtime.setMaxStackSize(limits.stackBytes);
    runtime.setInterruptHandler(() => this.#interrupt(1));
    this.#guest = context.newObject();
    this.#expose();
    const installed = context.unwrapResult(context.evalCode(preludeText(), "mongosh"));
    context.unwrapResult(context.callFunction(installed, context.undefined, this.#guest)).dispose();
    installed.dispose();
    const guest = this.#guest;
    let isDisposed = false;
    this.#dispose = () => {
      if (isDisposed) return;
      isDisposed = true;
      guest.dispose();
      context.dispose();
      runtime.dispose();
    };
    abandoned.register(this, this.#dispose, this);
  }

  dispose(): void {
    abandoned.unregister(this);
    try {
      this.#dispose();
    } catch (error) {
      // A runtime that ran out of memory cannot always tidy up; nobody uses it again.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Runs a script; time passes while it sleeps. @throws ScriptSyntaxError */
  *run(source: string, fileName: string): Step<Outcome> {
    const { code, waits } = rewrite(source);
    this.#freshBudget();
    const result = this.#context.evalCode(code, fileName);
    let outcome: Outcome | null;
    if (result.error) outcome = this.#failure(result.error);
    else outcome = yield* this.#settled(result.value, waits);
    yield* this.#flush();
    return outcome;
  }

  /** A line such as `show dbs`; null where it is none. */
  *command(line: string): Step<Outcome | null> {
    this.#freshBudget();
    const result = this.#call("command", line);
    if (result.error) {
      const failure = this.#failure(result.error);
      yield* this.#flush();
      return failure;
    }
    const text: unknown = this.#context.dump(result.value);
    result.value.dispose();
    yield* this.#flush();
    return typeof text === "string" ? { kind: "value", text } : null;
  }

  prompt(): string {
    const result = this.#call("prompt");
    if (result.error) {
      result.error.dispose();
      return "> ";
    }
    const text = this.#context.getString(result.value);
    result.value.dispose();
    return text;
  }

  #call(name: string, ...args: string[]) {
    const context = this.#context;
    const method = context.getProp(this.#guest, name);
    const handles = args.map((text) => context.newString(text));
    const result = context.callFunction(method, this.#guest, ...handles);
    for (const handle of [method, ...handles]) handle.dispose();
    return result;
  }

  /** Waits for what a script gives, where that is a promise. */
  *#settled(value: QuickJSHandle, waits: boolean): Step<Outcome> {
    const context = this.#context;
    const runtime = this.#runtime;
    if (!waits && context.typeof(value) !== "object") return this.#shown(value);
    for (;;) {
      const jobs = runtime.executePendingJobs();
      if (jobs.error) return this.#failure(jobs.error);
      const state = context.getPromiseState(value);
      if (state.type === "fulfilled") {
        const done = state.value;
        if (done !== value) value.dispose();
        return this.#shown(done);
      }
      if (state.type === "rejected") {
        value.dispose();
        return this.#failure(state.error);
      }
      yield* this.#flush();
      const untilMs = this.#nextTimerMs();
      // Nobody will ever settle it: the shell has nothing left to do, and ends.
      if (untilMs === null) return { kind: "value", text: null };
      yield* this.#process.sleep(untilMs - this.#process.nowMs());
      this.#freshBudget();
      const failure = this.#runTimers();
      if (failure) return failure;
    }
  }

  #nextTimerMs(): number | null {
    const next: unknown = this.#evaluate(
      "guest => guest.timers.reduce((at, timer) => Math.min(at, timer.atMs), Infinity)",
    );
    return typeof next === "number" && Number.isFinite(next) ? next : null;
  }

  #runTimers(): Outcome | null {
    const code = `guest => {
      const now = guest.nowMs();
      const due = guest.timers.filter((timer) => timer.atMs <= now).sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      for (const timer of due) { guest.timers.splice(guest.timers.indexOf(timer), 1); timer.run(); }
    }`;
    const context = this.#context;
    const run = context.unwrapResult(context.evalCode(code, "mongosh"));
    const result = context.callFunction(run, context.undefined, this.#guest);
    run.dispose();
    if (result.error) return this.#failure(result.error);
    result.value.dispose();
    return null;
  }

  #evaluate(code: string): unknown {
    const context = this.#context;
    const run = context.unwrapResult(context.evalCode(code, "mongosh"));
    const result = context.unwrapResult(context.callFunction(run, context.undefined, this.#guest));
    const value: unknown = context.dump(result);
    run.dispose();
    result.dispose();
    return value;
  }

  #shown(value: QuickJSHandle): Outcome {
    const context = this.#context;
    const method = context.getProp(this.#guest, "show");
    const result = context.callFunction(method, this.#guest, value);
    method.dispose();
    value.dispose();
    if (result.error) return this.#failure(result.error);
    const text: unknown = context.dump(result.value);
    result.value.dispose();
    return { kind: "value", text: typeof text === "string" ? text : null };
  }

  #failure(error: QuickJSHandle): Outcome {
    if (this.#stopped) {
      error.dispose();
      return this.#stopped;
    }
    const context = this.#context;
    const name = textOf(context, error, "name");
    const message = textOf(context, error, "message");
    if (name === "InternalError" && message === "out of memory") {
      error.dispose();
      return { kind: "out of memory" };
    }
    const method = context.getProp(this.#guest, "describeError");
    const described = context.callFunction(method, this.#guest, error);
    method.dispose();
    error.dispose();
    if (described.error) {
      described.error.dispose();
      return { kind: "out of memory" };
    }
    const facts = context.dump(described.value) as { name: string; message: string };
    described.value.dispose();
    if (facts.name === "InternalError" && facts.message === "stack overflow") {
      return { kind: "error", name: "RangeError", message: "Maximum call stack size exceeded", extra: "" };
    }
    return { kind: "error", ...facts, extra: "" };
  }

  #freshBudget(): void {
    this.#interrupts = 0;
    this.#outputBytes = 0;
  }

  #interrupt(cost: number): boolean {
    this.#interrupts += cost;
    if (
      this.#stopped === null &&
      (this.#interrupts > limits.interruptsPerInstantMax || this.#outputBytes > limits.outputBytesPerInstantMax)
    ) {
      this.#stopped = { kind: "busy" };
    }
    return this.#stopped !== null;
  }

  *#flush(): Step<void> {
    const output = this.#output;
    this.#output = [];
    for (const { stream, text } of output) yield* this.#process.write(stream === "stdout" ? 1 : 2, encodeUtf8(text));
  }

  #expose(): void {
    const context = this.#context;
    const process = this.#process;
    const host = this.#host;
    const give = (name: string, call: (...args: QuickJSHandle[]) => QuickJSHandle | undefined) => {
      context
        .newFunction(name, (...args) => call(...args) ?? context.undefined)
        .consume((handle) => context.setProp(this.#guest, name, handle));
    };
    give("request", (message) => {
      const answer = host.request(context.getString(message as QuickJSHandle));
      this.#interrupts += limits.interruptsPerCommand + answer.length * limits.interruptsPerByte;
      return context.newString(answer);
    });
    give("write", (stream, text) => {
      const written = context.getString(text as QuickJSHandle);
      this.#outputBytes += written.length;
      if (this.#outputBytes <= limits.outputBytesPerInstantMax + 65_536) {
        this.#output.push({
          stream: context.getString(stream as QuickJSHandle) === "stderr" ? "stderr" : "stdout",
          text: written,
        });
      }
      return undefined;
    });
    give("nowMs", () => context.newNumber(process.nowMs()));
    give("random", () => context.newNumber(process.random()));
    give("readFile", (path) => {
      const name = encodeUtf8(context.getString(path as QuickJSHandle));
      const isFile = process.files.exists(name) && process.files.stat(name).type === "file";
      return isFile ? context.newString(decodeUtf8(process.files.read(name))) : context.null;
    });
    give("exit", (code) => {
      this.#stopped ??= { kind: "exit", code: context.getNumber(code as QuickJSHandle) };
      throw new Error("the script ends");
    });
    const facts = {
      env: Object.fromEntries([...process.env].map(([name, value]) => [decodeUtf8(name), decodeUtf8(value)])),
      argv: process.argv.map(decodeUtf8),
      facts: host.facts,
    };
    const made = context.unwrapResult(
      context.evalCode(`JSON.parse(${JSON.stringify(JSON.stringify(facts))})`, "mongosh"),
    );
    for (const name of Object.keys(facts))
      context.getProp(made, name).consume((handle) => context.setProp(this.#guest, name, handle));
    made.dispose();
    context.newArray().consume((handle) => context.setProp(this.#guest, "timers", handle));
  }
}

function textOf(context: QuickJSContext, value: QuickJSHandle, name: string): string {
  if (context.typeof(value) !== "object") return "";
  const property = context.getProp(value, name);
  const text = context.typeof(property) === "string" ? context.getString(property) : "";
  property.dispose();
  return text;
}
