import type { RawMethod } from "../client/api-client.js";
import { UsageError } from "./errors.js";
import { textFlag } from "./flags.js";
import { readBytes, readStdinText } from "./read-file.js";
import type { Verb } from "./verb.js";

export const rawFlag = textFlag("The path of a request, which is sent as it is written");

/** A verb that with `--raw` sends a request as the person wrote it, and prints the answer as it is. */
export function withRaw(verb: Verb, method: RawMethod): Verb {
  return {
    ...verb,
    invoke: async (invocation, context) => {
      const { flags, args } = invocation;
      const path = String(flags.raw ?? "");
      if (path === "") return verb.invoke(invocation, context);
      if (args.length > 0) throw new UsageError("arguments may not be passed when --raw is specified", "usage");
      const {
        output = "",
        filename = [],
        recursive = false,
      } = flags as {
        readonly output?: string;
        readonly filename?: readonly string[];
        readonly recursive?: boolean;
      };
      if (output !== "") throw new UsageError("--raw and --output are mutually exclusive", "usage");
      if (recursive) throw new UsageError("--raw and --recursive are mutually exclusive", "usage");
      if (!path.startsWith("/")) throw new UsageError(`--raw must be a valid URL path: ${path}`, "usage");
      const [file, ...more] = filename;
      const needsFile = method === "POST" || method === "PUT";
      if (more.length > 0 || (needsFile && file === undefined)) {
        throw new UsageError("--raw can only use a single local file or stdin", "usage");
      }
      const { files } = context.edge;
      const text = (name: string) =>
        name === "-" ? readStdinText(files) : new TextDecoder().decode(readBytes(name, files, ""));
      const client = await context.client();
      context.edge.out(await client.raw(method, path, file === undefined ? undefined : text(file)));
    },
  };
}
