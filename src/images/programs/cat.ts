import { type Step, SystemError } from "../../container/program.js";
import { type Applet, applet, reasonOf } from "../applet.js";
import { Input } from "../input.js";

const visibleModes = "vteA";

export const cat = applet("cat [-nbvteA] [FILE]...", function* (self) {
  const options = self.options("nbvteAu");
  const numbered = options.has("n") || options.has("b");
  const visible = [...visibleModes].some((letter) => options.has(letter));
  const state: State = {
    self,
    line: 0,
    numberBlank: !options.has("b"),
    ends: options.has("e") || options.has("A"),
    tabs: options.has("t") || options.has("A"),
    visible,
  };
  let status = 0;
  for (const path of options.operands.length > 0 ? options.operands : ["-"]) {
    let fd: number;
    try {
      fd = self.open(path);
    } catch (error) {
      const isDirectory = error instanceof SystemError && error.errno === "EISDIR";
      yield* self.complain(`${isDirectory ? "read error" : `can't open '${path}'`}: ${reasonOf(error)}`);
      status = 1;
      continue;
    }
    try {
      if (numbered || visible) yield* decorate(state, fd, numbered);
      else yield* copy(self, fd);
    } catch (error) {
      yield* self.complain(`read error: ${reasonOf(error)}`);
      status = 1;
    } finally {
      self.close(fd);
    }
  }
  return status;
});

interface State {
  readonly self: Applet;
  line: number;
  readonly numberBlank: boolean;
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly visible: boolean;
}

/** Passes on what comes when it comes: cat does not buffer. */
function* copy(self: Applet, fd: number): Step<void> {
  for (;;) {
    const data = yield* self.process.read(fd, 65_536);
    if (data === "") return;
    yield* self.process.out(data);
    yield* self.work();
  }
}

function* decorate(state: State, fd: number, numbered: boolean): Step<void> {
  const input = new Input(state.self.process, fd);
  for (let line = yield* input.line(); line !== null; line = yield* input.line()) {
    let prefix = "";
    if (numbered && (state.numberBlank || line !== "")) {
      state.line += 1;
      prefix = `${String(state.line).padStart(6)}\t`;
    }
    const text = state.visible ? makeVisible(line, state.tabs) : line;
    yield* state.self.print(`${prefix}${text}${input.terminated ? `${state.ends ? "$" : ""}\n` : ""}`);
    yield* state.self.work();
  }
}

/** Control bytes as `^X`, bytes above 127 as `M-x`. */
function makeVisible(text: string, tabs: boolean): string {
  let visible = "";
  for (let at = 0; at < text.length; at += 1) {
    let byte = text.charCodeAt(at) & 255;
    if (byte === 9 && !tabs) {
      visible += "\t";
      continue;
    }
    if (byte >= 128) {
      visible += "M-";
      byte -= 128;
    }
    if (byte < 32) visible += `^${String.fromCharCode(byte + 64)}`;
    else visible += byte === 127 ? "^?" : String.fromCharCode(byte);
  }
  return visible;
}
