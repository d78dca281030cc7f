/** awk's own functions. */
import type { Step } from "../../../container/program.js";
import { Failure } from "../../applet.js";
import type { Match, Regex } from "../../regex/regex.js";
import { formatTime, zoneOf } from "../calendar.js";
import type { AwkRun } from "./interpreter.js";
import { syntaxError } from "./lexer.js";
import { splitText } from "./record.js";
import type { Expression, Target } from "./syntax.js";
import { inputValue, sprintf, toNumber, toText, type Value } from "./values.js";

const textMax = 16 * 1024 * 1024;

export function* callBuiltin(run: AwkRun, name: string, args: readonly Expression[], line: number): Step<Value> {
  switch (name) {
    case "length":
      return yield* lengthOf(run, args[0]);
    case "split":
      return yield* split(run, args, line);
    case "sub":
    case "gsub":
      return yield* substitute(run, name === "gsub", args, line);
    case "gensub":
      return yield* gensub(run, args, line);
    case "match":
      return yield* match(run, args, line);
    case "close":
      return yield* run.streams.close(yield* textOf(run, args[0]));
    case "system":
      return yield* run.streams.system(yield* textOf(run, args[0]));
    case "fflush":
      yield* run.streams.flushAll();
      return 0;
    default:
      break;
  }
  const values: Value[] = [];
  for (const arg of args) values.push(yield* run.evaluate(arg));
  return textFunction(run, name, values, line) ?? numberFunction(run, name, values, line);
}

function* textOf(run: AwkRun, expression: Expression | undefined): Step<string> {
  return expression ? yield* run.evaluateText(expression) : "";
}

function* lengthOf(run: AwkRun, arg: Expression | undefined): Step<number> {
  if (!arg) return run.variables.record.text.length;
  if (arg.kind === "variable") {
    const size = run.variables.sizeOfArray(arg);
    if (size !== null) return size;
  }
  return (yield* run.evaluateText(arg)).length;
}

function* patternOf(run: AwkRun, expression: Expression | undefined, line: number): Step<Regex> {
  if (!expression) throw syntaxError(line, "Too few arguments");
  const source = expression.kind === "regex" ? expression.source : yield* run.evaluateText(expression);
  return run.variables.patterns.get(source);
}

function* split(run: AwkRun, args: readonly Expression[], line: number): Step<number> {
  const [textArg, arrayArg, separatorArg] = args;
  if (!textArg || arrayArg?.kind !== "variable") throw syntaxError(line, "Too few arguments");
  const text = yield* run.evaluateText(textArg);
  let separator: string | Regex = run.variables.text("FS");
  if (separatorArg?.kind === "regex") separator = run.variables.patterns.get(separatorArg.source);
  else if (separatorArg) separator = yield* run.evaluateText(separatorArg);
  const array = run.variables.arrayOf(arrayArg);
  array.clear();
  const parts = splitText(text, separator, run.variables.patterns);
  parts.forEach((part, index) => {
    array.set(String(index + 1), inputValue(part));
  });
  return parts.length;
}

/** `&` and `\&` in a replacement; with groups also `\1`. */
function replacement(template: string, text: string, found: Match, groups: boolean): string {
  if (!template.includes("&") && !template.includes("\\")) return template;
  let result = "";
  for (let at = 0; at < template.length; at += 1) {
    const char = template.charAt(at);
    const next = template.charAt(at + 1);
    if (char === "&") result += text.slice(found[0], found[1]);
    else if (char === "\\" && (next === "&" || next === "\\")) {
      result += next;
      at += 1;
    } else if (char === "\\" && groups && /[0-9]/.test(next)) {
      const [start = -1, end = -1] = [found[Number(next) * 2], found[Number(next) * 2 + 1]];
      if (start >= 0 && end >= 0) result += text.slice(start, end);
      at += 1;
    } else result += char;
  }
  return result;
}

/** Replaces match number `wanted` (0: all); gives the new text and how many were replaced. */
function* replace(
  run: AwkRun,
  regex: Regex,
  template: string,
  text: string,
  wanted: number,
  groups: boolean,
): Step<{ text: string; count: number }> {
  let result = "";
  let copied = 0;
  let seen = 0;
  let count = 0;
  for (let from = 0; from <= text.length; ) {
    yield* run.self.work();
    const found = regex.exec(text, from);
    if (!found) break;
    const [start = 0, end = 0] = found;
    const adjacent = start === end && start === copied && seen > 0;
    if (!adjacent) {
      seen += 1;
      if (wanted === 0 || seen === wanted) {
        result += text.slice(copied, start) + replacement(template, text, found, groups);
        copied = end;
        count += 1;
        if (result.length > textMax) throw new Failure("out of memory");
        if (wanted !== 0) break;
      }
    }
    from = end > start ? end : end + 1;
  }
  return { text: result + text.slice(copied), count };
}

const wholeRecord: Target = { kind: "field", index: { kind: "number", value: 0 } };

function* substitute(run: AwkRun, global: boolean, args: readonly Expression[], line: number): Step<number> {
  const regex = yield* patternOf(run, args[0], line);
  if (!args[1]) throw syntaxError(line, "Too few arguments");
  const template = yield* run.evaluateText(args[1]);
  const target = args[2] ?? wholeRecord;
  const text = yield* run.evaluateText(target);
  const replaced = yield* replace(run, regex, template, text, global ? 0 : 1, false);
  const assignable = target.kind === "variable" || target.kind === "field" || target.kind === "element";
  if (replaced.count > 0 && assignable) yield* run.write(target, replaced.text);
  return replaced.count;
}

function* gensub(run: AwkRun, args: readonly Expression[], line: number): Step<string> {
  const regex = yield* patternOf(run, args[0], line);
  if (!args[1] || !args[2]) throw syntaxError(line, "Too few arguments");
  const template = yield* run.evaluateText(args[1]);
  const how = yield* run.evaluateText(args[2]);
  const text = args[3] ? yield* run.evaluateText(args[3]) : run.variables.record.text;
  const wanted = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(toNumber(how)));
  return (yield* replace(run, regex, template, text, wanted, true)).text;
}

function* match(run: AwkRun, args: readonly Expression[], line: number): Step<number> {
  if (!args[0]) throw syntaxError(line, "Too few arguments");
  const text = yield* run.evaluateText(args[0]);
  const regex = yield* patternOf(run, args[1], line);
  const found = regex.exec(text);
  const start = found ? (found[0] ?? 0) + 1 : 0;
  run.variables.set("RSTART", start);
  run.variables.set("RLENGTH", found ? (found[1] ?? 0) - (found[0] ?? 0) : -1);
  return start;
}

function textFunction(run: AwkRun, name: string, values: readonly Value[], line: number): Value | null {
  const convfmt = run.variables.text("CONVFMT");
  const text = (index: number): string => toText(values[index], convfmt);
  switch (name) {
    case "substr": {
      if (values.length < 2) throw syntaxError(line, "Too few arguments");
      const source = text(0);
      // Unlike other awks, busybox counts the length from 1 where the start is before it.
      const start = Math.min(Math.max(Math.trunc(toNumber(values[1])) - 1, 0), source.length);
      const count = values.length > 2 ? Math.max(0, Math.trunc(toNumber(values[2]))) : source.length;
      return source.slice(start, start + count);
    }
    case "index":
      return text(1) === "" ? 0 : text(0).indexOf(text(1)) + 1;
    case "sprintf":
      return sprintf(text(0), values.slice(1), convfmt);
    case "tolower":
      return text(0).replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    case "toupper":
      return text(0).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    case "strftime": {
      const { process } = run.self;
      const atMs = values.length > 1 ? toNumber(values[1]) * 1000 : process.nowMs();
      return formatTime(values.length > 0 ? text(0) : "%a %b %e %H:%M:%S %Z %Y", atMs, zoneOf(process.env.get("TZ")));
    }
    case "mktime": {
      const parts = text(0).trim().split(/\s+/).map(Number);
      const [year, month, day, hour, minute, second] = parts;
      if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
      return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0) / 1000;
    }
    default:
      return null;
  }
}

function numberFunction(run: AwkRun, name: string, values: readonly Value[], line: number): Value {
  const number = (index: number): number => toNumber(values[index]);
  switch (name) {
    case "int":
      return Math.trunc(number(0));
    case "sin":
      return Math.sin(number(0));
    case "cos":
      return Math.cos(number(0));
    case "atan2":
      return Math.atan2(number(0), number(1));
    case "exp":
      return Math.exp(number(0));
    case "log":
      return Math.log(number(0));
    case "sqrt":
      return Math.sqrt(number(0));
    case "rand":
      // Without srand the same numbers come each time, as in awk.
      run.seed = (Math.imul(run.seed, 1_103_515_245) + 12_345) >>> 0;
      return run.seed / 2 ** 32;
    case "srand": {
      const before = run.seed;
      run.seed = Math.trunc(values.length > 0 ? number(0) : run.self.process.nowMs() / 1000) >>> 0;
      return before;
    }
    case "systime":
      return Math.floor(run.self.process.nowMs() / 1000);
    case "and":
      return Number(BigInt(Math.trunc(number(0))) & BigInt(Math.trunc(number(1))));
    case "or":
      return Number(BigInt(Math.trunc(number(0))) | BigInt(Math.trunc(number(1))));
    case "xor":
      return Number(BigInt(Math.trunc(number(0))) ^ BigInt(Math.trunc(number(1))));
    case "compl":
      return Number(BigInt.asUintN(64, ~BigInt(Math.trunc(number(0)))));
    case "lshift":
      return Number(BigInt.asUintN(64, BigInt(Math.trunc(number(0))) << BigInt(Math.trunc(number(1)) & 63)));
    case "rshift":
      return Number(BigInt.asUintN(64, BigInt(Math.trunc(number(0)))) >> BigInt(Math.trunc(number(1)) & 63));
    default:
      throw syntaxError(line, "Call to undefined function");
  }
}
