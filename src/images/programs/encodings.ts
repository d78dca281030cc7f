/** base64, and the sums: md5sum, sha1sum, sha256sum, sha512sum. */
import { type Program, type Step, SystemError } from "../../container/program.js";
import { type Applet, applet, Failure, type Options, reasonOf } from "../applet.js";
import { md5, sha1, sha256, sha512 } from "../digests.js";
import { wholeNumber } from "../numbers.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export const base64 = applet("base64 [-d] [-w COL] [FILE]", function* (self) {
  const options = self.options("dw:", { decode: "d", wrap: "w" });
  const path = options.operands[0] ?? "-";
  let data: string;
  try {
    data = yield* self.readFile(path);
  } catch (error) {
    throw new Failure(`${path}: ${reasonOf(error)}`);
  }
  if (options.has("d")) {
    const { bytes, fine } = decodeBase64(data);
    yield* self.print(bytes);
    if (!fine) throw new Failure("truncated input");
    return 0;
  }
  const width = wholeNumber(options.get("w") ?? "76", 0);
  const text = encodeBase64(data);
  if (width === 0) yield* self.print(text);
  else for (let at = 0; at < text.length; at += width) yield* self.print(`${text.slice(at, at + width)}\n`);
  return 0;
});

function encodeBase64(bytes: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1), bytes.charCodeAt(at + 2)];
    const word = (a << 16) | ((b || 0) << 8) | (c || 0);
    text += alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63);
    text += at + 1 < bytes.length ? alphabet.charAt((word >> 6) & 63) : "=";
    text += at + 2 < bytes.length ? alphabet.charAt(word & 63) : "=";
  }
  return text;
}

/** Decodes what can be; `fine` is false where the input is cut off or has other signs in it. */
function decodeBase64(text: string): { readonly bytes: string; readonly fine: boolean } {
  const clean = text.replace(/\s+/g, "");
  const body = /^[A-Za-z0-9+/]*/.exec(clean)?.[0] ?? "";
  const padding = clean.slice(body.length);
  let bytes = "";
  let bits = 0;
  let held = 0;
  // What does not fill a group of four is lost.
  const whole = body.slice(0, padding.startsWith("=") ? body.length : body.length - (body.length % 4));
  for (const char of whole) {
    held = (held << 6) | alphabet.indexOf(char);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return { bytes, fine: /^={0,2}$/.test(padding) && (body.length + padding.length) % 4 === 0 };
}

function sumProgram(name: string, digest: (bytes: string) => string): Program {
  return applet(`${name} [-c[sw]] [FILE]...`, function* (self) {
    const options = self.options("scwb", { check: "c", status: "s" });
    const paths = options.operands.length > 0 ? options.operands : ["-"];
    if (options.has("c")) return yield* check(self, paths, digest, options);
    let status = 0;
    for (const path of paths) {
      const data = yield* contentOf(self, path);
      if (data === null) status = 1;
      else yield* self.print(`${digest(data)}  ${path}\n`);
    }
    return status;
  });
}

function* contentOf(self: Applet, path: string): Step<string | null> {
  let fd: number;
  try {
    fd = self.open(path);
  } catch (error) {
    const verb = error instanceof SystemError && error.errno === "EISDIR" ? "read" : "open";
    yield* self.complain(`can't ${verb} '${path}': ${reasonOf(error)}`);
    return null;
  }
  try {
    return yield* self.process.readAll(fd);
  } catch (error) {
    yield* self.complain(`can't read '${path}': ${reasonOf(error)}`);
    return null;
  } finally {
    self.close(fd);
  }
}

function* check(
  self: Applet,
  paths: readonly string[],
  digest: (bytes: string) => string,
  options: Options,
): Step<number> {
  let status = 0;
  for (const path of paths) {
    let list: string;
    try {
      list = yield* self.readFile(path);
    } catch (error) {
      throw new Failure(`${path}: ${reasonOf(error)}`);
    }
    let failed = 0;
    const lines = list.split("\n").filter((line) => line !== "");
    for (const line of lines) {
      const found = /^([0-9a-fA-F]+) [ *](.*)$/.exec(line);
      const data = found ? yield* contentOf(self, found[2] ?? "") : null;
      const fine = found !== null && data !== null && digest(data) === found[1]?.toLowerCase();
      if (!fine) failed += 1;
      if (found && !options.has("s")) yield* self.print(`${found[2]}: ${fine ? "OK" : "FAILED"}\n`);
    }
    if (failed > 0) {
      status = 1;
      if (!options.has("s")) {
        yield* self.complain(`WARNING: ${failed} of ${lines.length} computed checksums did NOT match`);
      }
    }
  }
  return status;
}

export const md5sum = sumProgram("md5sum", md5);
export const sha1sum = sumProgram("sha1sum", sha1);
export const sha256sum = sumProgram("sha256sum", sha256);
export const sha512sum = sumProgram("sha512sum", sha512);
