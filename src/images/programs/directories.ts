/** basename, dirname, mkdir, rmdir, pwd. */
import type { Step } from "../../container/program.js";
import { type Applet, applet, Failure, reasonOf, UsageFailure } from "../applet.js";
import { parseMode } from "./modes.js";

function lastPart(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  if (trimmed === "") return path === "" ? "" : "/";
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

export const basename = applet("basename FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...", function* (self) {
  const options = self.options("+as:");
  const several = options.has("a") || options.has("s");
  const [file, suffix] = options.operands;
  if (file === undefined || (!several && options.operands.length > 2)) throw new UsageFailure();
  const ending = options.get("s") ?? (several ? "" : (suffix ?? ""));
  for (const path of several ? options.operands : [file]) {
    const name = lastPart(path);
    const cut = ending !== "" && name !== ending && name.endsWith(ending);
    yield* self.print(`${cut ? name.slice(0, -ending.length) : name}\n`);
  }
  return 0;
});

export const dirname = applet("dirname FILENAME", function* (self) {
  const words = self.args[0] === "--" ? self.args.slice(1) : self.args;
  const [path] = words;
  if (path === undefined || words.length !== 1) throw new UsageFailure();
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  if (trimmed === "") yield* self.print(path === "" ? ".\n" : "/\n");
  else if (slash < 0) yield* self.print(".\n");
  else yield* self.print(`${trimmed.slice(0, slash).replace(/\/+$/, "") || "/"}\n`);
  return 0;
});

export const pwd = applet("pwd", function* (self) {
  yield* self.print(`${self.process.cwd}\n`);
  return 0;
});

export const mkdir = applet("mkdir [-m MODE] [-p] DIRECTORY...", function* (self) {
  const options = self.options("m:pv", { mode: "m", parents: "p" });
  if (options.operands.length === 0) throw new UsageFailure();
  const modeText = options.get("m");
  const mode = modeText === undefined ? undefined : parseMode(modeText, 0o777);
  if (mode === null) throw new Failure(`invalid mode '${modeText}'`);
  let status = 0;
  for (const path of options.operands) {
    const made = options.has("p") ? yield* makeAll(self, path) : yield* make(self, path);
    if (!made) status = 1;
    else if (mode !== undefined) self.process.files.chmod(path, mode);
  }
  return status;
});

function* make(self: Applet, path: string): Step<boolean> {
  try {
    self.process.files.mkdir(path);
    return true;
  } catch (error) {
    yield* self.complain(`can't create directory '${path}': ${reasonOf(error)}`);
    return false;
  }
}

function* makeAll(self: Applet, path: string): Step<boolean> {
  const { files } = self.process;
  const names = path.split("/");
  for (let count = 1; count <= names.length; count += 1) {
    const part = names.slice(0, count).join("/");
    if (part === "" || (files.exists(part) && files.stat(part).type === "directory")) continue;
    if (files.exists(part) && count < names.length) {
      yield* self.complain(`can't create directory '${part}/': Not a directory`);
      return false;
    }
    if (!(yield* make(self, part))) return false;
  }
  return true;
}

export const rmdir = applet("rmdir [-p] DIRECTORY...", function* (self) {
  const options = self.options("pv", { parents: "p", "ignore-fail-on-non-empty": "v" });
  if (options.operands.length === 0) throw new UsageFailure();
  const { files } = self.process;
  let status = 0;
  for (const operand of options.operands) {
    for (let path = operand; path !== "" && path !== "/" && path !== "."; ) {
      try {
        if (files.lstat(path).type !== "directory") throw new Failure("Not a directory");
        files.remove(path);
      } catch (error) {
        const reason = error instanceof Failure ? error.message : reasonOf(error);
        yield* self.complain(`'${path}': ${reason}`);
        status = 1;
        break;
      }
      if (!options.has("p")) break;
      path = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    }
  }
  return status;
});
