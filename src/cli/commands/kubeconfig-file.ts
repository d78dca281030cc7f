import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../../kubectl/errors.js";
import { parseYaml } from "../../manifest/yaml.js";
import { YamlError } from "../../manifest/yaml-error.js";
import { replaceFile } from "../../persistence/replace-file.js";
import { printYaml } from "../../printers/yaml.js";

/** One cluster, and how to get in. */
interface ServedCluster {
  /** What cluster, context and user are named. */
  readonly name: string;
  readonly server: string;
  readonly certificate: string;
  readonly token: string;
}

interface Named {
  readonly name: string;
}

interface Kubeconfig {
  readonly clusters?: readonly Named[];
  readonly contexts?: readonly Named[];
  readonly users?: readonly Named[];
}

/**
 * Writes a kubeconfig for a cluster. With `merge`, what else is in the file stays, and its current context becomes this one.
 * @throws UsageError where a file is there that would be lost
 */
export function writeKubeconfig(path: string, cluster: ServedCluster, options: { readonly merge: boolean }): void {
  const existing = existsSync(path) ? readKubeconfig(path) : {};
  const isOwn = [existing.clusters, existing.contexts, existing.users].every((entries) =>
    (entries ?? []).every(({ name }) => name === cluster.name),
  );
  if (!options.merge && !isOwn) {
    throw new UsageError(`${path} holds other clusters: add this one with --merge, or name another file`);
  }
  const { name, server, certificate, token } = cluster;
  const merged = {
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    ...existing,
    clusters: withEntry(existing.clusters, {
      name,
      cluster: { "certificate-authority-data": Buffer.from(certificate).toString("base64"), server },
    }),
    contexts: withEntry(existing.contexts, { name, context: { cluster: name, user: name } }),
    users: withEntry(existing.users, { name, user: { token } }),
    "current-context": name,
  };
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, printYaml(merged), { mode: 0o600 });
}

function withEntry<Entry extends Named>(entries: readonly Named[] | undefined, entry: Entry): readonly Named[] {
  return [...(entries ?? []).filter(({ name }) => name !== entry.name), entry];
}

function readKubeconfig(path: string): Kubeconfig {
  let value: unknown;
  try {
    value = parseYaml(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError(`${path} is no kubeconfig: ${error.message}`);
  }
  const config = value as Kubeconfig;
  const lists = [config.clusters, config.contexts, config.users];
  const isConfig =
    typeof value === "object" &&
    !Array.isArray(value) &&
    lists.every((list) => list === undefined || list === null || Array.isArray(list));
  if (!isConfig) throw new UsageError(`${path} is no kubeconfig`);
  return config;
}
