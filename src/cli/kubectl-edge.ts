import type { ApiClient, ExecChunk } from "../client/api-client.js";
import type { ClientRequest, KubectlEdge } from "../kubectl/edge.js";
import type { StateDirectory } from "../persistence/state-directory.js";
import { nameAlphabet } from "../sim/random.js";
import { clientConfigOf } from "./client-config.js";
import { makeSystemFolder, systemFiles, writeSystemFile } from "./files.js";
import { type OpenCluster, openCluster } from "./open-cluster.js";
import { createRemoteEdge } from "./remote-edge.js";
import type { System } from "./system.js";

/** An edge for kubectl's verbs, and the cluster that they came to use. */
interface RunningEdge {
  readonly edge: KubectlEdge;
  /** Commits what the verbs did and lets go of the cluster; without success, what was not committed is forgotten. */
  finish(outcome: "done" | "crashed"): Promise<void>;
}

/** Text is held back until what it tells of is committed. */
export function createEdge(state: StateDirectory, system: System): RunningEdge {
  const held: ({ readonly stream: "out" | "err"; readonly text: string } | ExecChunk)[] = [];
  const flush = () => {
    for (const each of held.splice(0)) {
      if ("text" in each) system[each.stream](each.text);
      else system.pass(each);
    }
  };
  let opening: Promise<OpenCluster> | null = null;
  let openContext: string | undefined;
  const cluster = (context?: string) => {
    openContext = context ?? openContext;
    opening ??= openCluster(state, openContext, system, flush, { followsClock: true });
    return opening;
  };
  let client: ApiClient | null = null;
  const remote = createRemoteEdge(system);
  const edge: KubectlEdge = {
    useRemote: remote.use,
    async client({ onWarning, context, impersonate }: ClientRequest) {
      if (remote.isUsed) {
        client ??= await remote.client(onWarning, flush);
        return client;
      }
      const { session } = await cluster(context);
      if (client === null) {
        const [{ createLoopbackClient }, { containerAccess }] = await Promise.all([
          import("./loopback-client.js"),
          import("../cluster/kubelet-access.js"),
        ]);
        client = createLoopbackClient(session, containerAccess, onWarning, impersonate);
        if (impersonate !== undefined) {
          const [{ impersonatingClient }, { impersonatedUser }] = await Promise.all([
            import("./impersonating-client.js"),
            import("../api/authorization/access.js"),
          ]);
          client = impersonatingClient(client, impersonatedUser(impersonate));
        }
      }
      return client;
    },
    version: async () => (remote.isUsed ? remote.version() : (await cluster()).session.version()),
    out: (text) => (remote.isUsed ? system.out(text) : held.push({ stream: "out", text })),
    err: (text) => (remote.isUsed ? system.err(text) : held.push({ stream: "err", text })),
    flush: async () => {
      await (await opening)?.session.commit();
      flush();
    },
    pass: (chunk) => (remote.isUsed ? system.pass(chunk) : held.push(chunk)),
    stdin: system.stdin,
    isTerminal: system.isTerminal,
    ...(system.screen === undefined ? {} : { screen: system.screen }),
    color: system.isTerminal.out && !system.env("NO_COLOR"),
    now: async () => (remote.isUsed ? remote.now() : (await (await cluster()).session.read()).nowMs),
    timezoneOffset: system.timezoneOffset,
    signal: system.signal,
    files: systemFiles,
    writeFile: writeSystemFile,
    makeFolder: makeSystemFolder,
    config: clientConfigOf(state),
    editor: {
      edit: async (text, options) => {
        await (await opening)?.session.commit();
        flush();
        const { editText } = await import("./editor.js");
        return editText(text, options.extension, system.env);
      },
    },
    compareWith: async (program, sides) => {
      await (await opening)?.session.commit();
      flush();
      const { compareWith } = await import("./compare.js");
      return compareWith(program, sides);
    },
    env: system.env,
    randomSuffix: (length) =>
      Array.from({ length }, () => nameAlphabet[Math.floor(system.random() * nameAlphabet.length)]).join(""),
  };
  return {
    edge,
    async finish(outcome) {
      if (opening !== null) {
        const { session, backend } = await opening;
        if (outcome === "done") await session.finish();
        else await session.abandon();
        await backend.close();
      }
      if (outcome === "done") await remote.finish();
      remote.close();
      if (outcome === "done") flush();
    },
  };
}
