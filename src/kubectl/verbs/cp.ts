import type { Pod } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import type { ApiClient } from "../../client/api-client.js";
import { UsageError } from "../errors.js";
import { boolFlag, integerFlag, textFlag } from "../flags.js";
import { readBytes } from "../read-file.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { chooseContainer, refuseEnded } from "./exec.js";

/** One side of a copy; `pod` is "" for the person's own files. */
interface Place {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

export const cpVerb = defineVerb({
  name: "cp",
  usage: "<file-spec-src> <file-spec-dest>",
  about: "Copy one text file into a container, or out of it. Whole folders are not copied.",
  examples: `# Out of a Pod
kubectl cp web:/tmp/report.txt report.txt

# Into a Pod of another namespace
kubectl cp settings.ini other/web:/tmp/settings.ini`,
  flags: {
    container: textFlag("Container name. The first one of the Pod where it is left out.", { short: "c" }),
    noPreserve: boolFlag("Owner and permissions are not copied", { isHidden: true }),
    retries: integerFlag("No copy is cut short", { default: 0, isHidden: true }),
  },
  complete: ({ flags, args }, context) => {
    const [source, target, ...more] = args;
    if (source === undefined || target === undefined || more.length > 0) {
      throw new UsageError("source and destination are required");
    }
    const [from, to] = [parsePlace(source, context), parsePlace(target, context)];
    if (from.pod !== "" && to.pod !== "") throw new UsageError("one of src or dest must be a local file specification");
    if (from.path === "" || to.path === "") throw new UsageError("filepath can not be empty");
    if (from.pod === "" && to.pod === "") {
      throw new UsageError("one of src or dest must be a remote file specification");
    }
    return { from, to, container: flags.container };
  },
  run: async ({ from, to, container }, context) => {
    const client = await context.client();
    if (from.pod === "") await copyIn(from.path, to, container, client, context);
    else await copyOut(from, to.path, container, client, context);
  },
});

/** `[[NAMESPACE/]POD:]PATH` */
function parsePlace(text: string, { namespace }: VerbContext): Place {
  const colon = text.indexOf(":");
  if (colon === -1) return { namespace, pod: "", path: text };
  if (colon === 0) throw new UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  const path = text.slice(colon + 1);
  const parts = text.slice(0, colon).split("/");
  const [first = "", second, ...more] = parts;
  if (more.length > 0) throw new UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  return second === undefined ? { namespace, pod: first, path } : { namespace: first, pod: second, path };
}

async function containerOf({ namespace, pod }: Place, container: string, client: ApiClient): Promise<string> {
  const object = (await client.get(resources.pods, namespace, pod)) as Pod;
  refuseEnded(object);
  return chooseContainer(object, container).name;
}

async function copyIn(
  path: string,
  to: Place,
  container: string,
  client: ApiClient,
  { edge }: VerbContext,
): Promise<void> {
  const found = edge.files.stat(path);
  if (found === undefined) throw new UsageError(`${path} doesn't exist in local filesystem`);
  if (found.kind === "directory") throw new UsageError(`copying a folder is not supported: copy the files of ${path}`);
  const bytes = readBytes(path, edge.files, "");
  const name = path.slice(path.lastIndexOf("/") + 1);
  const script = 'if [ -d "$0" ]; then cat > "$0/$1"; else cat > "$0"; fi';
  await runIn(to, container, ["sh", "-c", script, to.path, name], [bytes], client);
}

async function copyOut(
  from: Place,
  path: string,
  container: string,
  client: ApiClient,
  { edge }: VerbContext,
): Promise<void> {
  const text = await runIn(from, container, ["cat", from.path], null, client);
  const name = from.path.slice(from.path.lastIndexOf("/") + 1);
  const isFolder = edge.files.stat(path)?.kind === "directory" || path.endsWith("/");
  edge.writeFile(isFolder ? `${path.replace(/\/+$/, "")}/${name}` : path, new TextEncoder().encode(text));
}

async function runIn(
  place: Place,
  container: string,
  command: readonly string[],
  input: readonly Uint8Array[] | null,
  client: ApiClient,
): Promise<string> {
  let out = "";
  let err = "";
  const stdin =
    input === null
      ? null
      : (async function* () {
          yield* input;
        })();
  const { exitCode } = await client.exec(
    place.namespace,
    place.pod,
    { container: await containerOf(place, container, client), command, stdin },
    ({ stream, text }) => {
      if (stream === "stdout") out += text;
      else err += text;
    },
  );
  if (exitCode !== 0) throw new UsageError(err.trim() || `command terminated with exit code ${exitCode}`);
  return out;
}
