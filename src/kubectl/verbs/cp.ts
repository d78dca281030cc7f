import type { Pod } from "../../api/generated/types.js";
import { resources } from "../../api/resources.js";
import { TarError } from "../../archive/ustar.js";
import type { ApiClient, ExecChunk } from "../../client/api-client.js";
import { archiveOf } from "../archive-of.js";
import { ExitError, UsageError } from "../errors.js";
import { boolFlag, integerFlag, textFlag } from "../flags.js";
import { baseOf, cleanPath, folderOf, joinPaths } from "../paths.js";
import { Unpacker } from "../unpacker.js";
import { defineVerb, type VerbContext } from "../verb.js";
import { chooseContainer, refuseEnded } from "./exec.js";

/** One side of a copy; `pod` is "" for the person's own files. */
interface Place {
  readonly namespace: string;
  /** As it was written; "" where it was not. */
  readonly written: string;
  readonly pod: string;
  readonly path: string;
}

export const cpVerb = defineVerb({
  name: "cp",
  usage: "<file-spec-src> <file-spec-dest>",
  about: "Copy files and folders into a container, or out of it. The container's image must have tar.",
  examples: `# Out of a Pod
kubectl cp web:/tmp/report.txt report.txt

# Into a Pod of another namespace
kubectl cp settings.ini other/web:/tmp/settings.ini`,
  flags: {
    container: textFlag("Container name. The first one of the Pod where it is left out.", { short: "c" }),
    noPreserve: boolFlag("Owner and permissions are not copied into the container", { isHidden: true }),
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
    return { from, to, container: flags.container, noPreserve: flags.noPreserve };
  },
  run: async ({ from, to, container, noPreserve }, context) => {
    const client = await context.client();
    if (from.pod === "") await copyIn(from.path, to, { container, noPreserve }, client, context);
    else await copyOut(from, to.path, container, client, context);
  },
});

/** `[[NAMESPACE/]POD:]PATH` */
function parsePlace(text: string, { namespace }: VerbContext): Place {
  const colon = text.indexOf(":");
  if (colon === -1) return { namespace, written: "", pod: "", path: withoutSlash(text) };
  if (colon === 0) throw new UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  const path = withoutSlash(text.slice(colon + 1)).replaceAll("\\", "/");
  const parts = text.slice(0, colon).split("/");
  const [first = "", second, ...more] = parts;
  if (more.length > 0) throw new UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  return second === undefined
    ? { namespace, written: "", pod: first, path }
    : { namespace: first, written: first, pod: second, path };
}

function withoutSlash(path: string): string {
  return path !== "/" && path.endsWith("/") ? path.slice(0, -1) : path;
}

/** Packed here, unpacked there: into a folder where there is one of that name. */
async function copyIn(
  path: string,
  to: Place,
  { container, noPreserve }: { readonly container: string; readonly noPreserve: boolean },
  client: ApiClient,
  { edge }: VerbContext,
): Promise<void> {
  if (edge.files.stat(path) === undefined) throw new UsageError(`${path} doesn't exist in local filesystem`);
  const chosen = await containerOf(to, container, client);
  const run = (command: readonly string[], stdin: AsyncIterable<Uint8Array> | null, show: (chunk: ExecChunk) => void) =>
    client.exec(to.namespace, to.pod, { container: chosen.name, command, stdin }, show);
  const isFolder = (await run(["test", "-d", to.path], null, () => {})).exitCode === 0;
  const target = isFolder ? joinPaths(to.path, baseOf(path)) : cleanPath(to.path);
  if (chosen.notice !== undefined) edge.err(chosen.notice);
  const flags = noPreserve ? ["--no-same-permissions", "--no-same-owner"] : [];
  const command = ["tar", ...flags, "-xmf", "-", "-C", folderOf(target)];
  const archive = archiveOf(cleanPath(path), baseOf(target), edge);
  passStatusOn(await run(command, archive, (chunk) => edge.pass(chunk)));
}

/** Packed there, unpacked here. */
async function copyOut(
  from: Place,
  path: string,
  container: string,
  client: ApiClient,
  { edge }: VerbContext,
): Promise<void> {
  const chosen = await containerOf(from, container, client);
  // kubectl writes what the other side complains of on standard output.
  if (chosen.notice !== undefined) edge.out(chosen.notice);
  const unpacker = new Unpacker({ ...from, namespace: from.written }, path, edge);
  let trouble: unknown;
  const command = ["tar", "cf", "-", from.path];
  const ended = await client.exec(
    from.namespace,
    from.pod,
    { container: chosen.name, command },
    ({ stream, bytes }) => {
      if (stream === "stderr") {
        edge.pass({ stream: "stdout", bytes });
        return;
      }
      if (trouble !== undefined) return;
      try {
        unpacker.read(bytes);
      } catch (error) {
        trouble = error;
      }
    },
  );
  passStatusOn(ended);
  if (trouble instanceof TarError) throw new UsageError(`archive/tar: ${trouble.message}`);
  if (trouble !== undefined) throw trouble;
}

async function containerOf({ namespace, pod }: Place, container: string, client: ApiClient) {
  const object = (await client.get(resources.pods, namespace, pod)) as Pod;
  refuseEnded(object);
  return chooseContainer(object, container);
}

function passStatusOn({ exitCode }: { readonly exitCode: number }): void {
  if (exitCode !== 0) throw new ExitError(`command terminated with exit code ${exitCode}`, exitCode);
}
