import type { RawMethod } from "../client/api-client.js";
import { UsageError } from "./errors.js";
import { textFlag } from "./flags.js";
import { readBytes, readStdinText } from "./read-file.js";
import type { Verb } from "./verb.js";

export const rawFlag = textFlag("The path of a request, which is sent as it is written");

interface RawFlags {
  readonly output?: string;
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly selector?: string;
  readonly watch?: boolean;
  readonly watchOnly?: boolean;
  readonly interactive?: boolean;
}

/** A verb that with `--raw` sends a request as the person wrote it, and prints the answer as it is. */
export function withRaw(verb: Verb, method: RawMethod): Verb {
  return {
    ...verb,
    invoke: async (invocation, context) => {
      const { flags, args } = invocation;
      const path = String(flags.raw ?? "");
      if (path === "") return verb.invoke(invocation, context);
      // These are the flags of the verbs that have --raw; each has those of them that it has.
      const rawFlags = flags as RawFlags;
      if (method === "GET") requireGet(rawFlags, args);
      else requireChange(method, rawFlags, args);
      requirePath(path);
      const { files } = context.edge;
      const text = (name: string) =>
        name === "-" ? readStdinText(files) : new TextDecoder().decode(readBytes(name, files, ""));
      const [file] = method === "GET" ? [] : (rawFlags.filename ?? []);
      const client = await context.client();
      context.edge.out(await client.raw(method, path, file === undefined ? undefined : text(file)));
    },
  };
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/get/get.go, Validate */
function requireGet({ output = "", selector = "", watch, watchOnly }: RawFlags, args: readonly string[]): void {
  if (args.length > 0) throw new UsageError("arguments may not be passed when --raw is specified");
  if (watch === true || watchOnly === true || selector !== "") {
    throw new UsageError(
      "--raw may not be specified with other flags that filter the server request or alter the output",
    );
  }
  if (output !== "") throw new UsageError("--raw and --output are mutually exclusive");
}

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/create/create.go and delete/delete.go, Validate */
function requireChange(method: RawMethod, flags: RawFlags, args: readonly string[]): void {
  const { output = "", filename = [], recursive = false, selector = "", interactive = false } = flags;
  const needsFile = method !== "DELETE";
  if (method === "POST" && args.length > 0) throw new UsageError(`Unexpected args: [${args.join(" ")}]`, "examples");
  if (needsFile && filename.length === 0) {
    throw new UsageError("must specify one of -f and -k");
  }
  if (interactive) throw new UsageError("--interactive can not be used with --raw");
  if (filename.length > 1) throw new UsageError("--raw can only use a single local file or stdin");
  if (/^https?:\/\//.test(filename[0] ?? "")) throw new UsageError("--raw cannot read from a url");
  if (recursive) throw new UsageError("--raw and --recursive are mutually exclusive");
  if (method === "POST" && selector !== "") {
    throw new UsageError("--raw and --selector (-l) are mutually exclusive");
  }
  if (output !== "") throw new UsageError("--raw and --output are mutually exclusive");
}

function requirePath(path: string): void {
  if (path.startsWith("/")) return;
  throw new UsageError(`--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`);
}
