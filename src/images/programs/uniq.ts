import { applet, Failure, reasonOf } from "../applet.js";
import { Input } from "../input.js";
import { wholeNumber } from "../numbers.js";

export const uniq = applet("uniq [-cduiz] [-f,s,w N] [FILE [OUTFILE]]", function* (self) {
  const options = self.options("cduizf:s:w:", { count: "c", repeated: "d", unique: "u" });
  const skipFields = wholeNumber(options.get("f") ?? "0", 0);
  const skipBytes = wholeNumber(options.get("s") ?? "0", 0);
  const compareBytes = options.has("w") ? wholeNumber(options.get("w") ?? "", 0) : Number.POSITIVE_INFINITY;
  const [path = "-", outputPath] = options.operands;
  const delimiter = options.has("z") ? "\0" : "\n";
  let fd: number;
  try {
    fd = self.open(path);
  } catch (error) {
    throw new Failure(`can't open '${path}': ${reasonOf(error)}`);
  }
  const keyOf = (line: string): string => {
    let rest = line;
    for (let field = 0; field < skipFields; field += 1) rest = rest.replace(/^[ \t]*[^ \t]*/, "");
    rest = rest.slice(skipBytes).slice(0, compareBytes);
    return options.has("i") ? rest.toLowerCase() : rest;
  };
  const kept: string[] = [];
  const input = new Input(self.process, fd);
  let held: { line: string; key: string; count: number } | null = null;
  for (;;) {
    const line = yield* input.line(delimiter);
    yield* self.work();
    const key = line === null ? "" : keyOf(line);
    if (held && line !== null && key === held.key) {
      held.count += 1;
      continue;
    }
    if (held && !(options.has("d") && held.count === 1) && !(options.has("u") && held.count > 1)) {
      const prefix = options.has("c") ? `${String(held.count).padStart(7)} ` : "";
      const text = `${prefix}${held.line}${delimiter}`;
      if (outputPath === undefined) yield* self.print(text);
      else kept.push(text);
    }
    if (line === null) break;
    held = { line, key, count: 1 };
  }
  self.close(fd);
  if (outputPath !== undefined) self.process.files.write(outputPath, kept.join(""));
  return 0;
});
