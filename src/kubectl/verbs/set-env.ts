import type { ConfigMap, Secret } from "../../api/generated/types.js";
import { environmentNameProblems } from "../../api/meta/identifiers.js";
import { parseDryRun } from "../common-flags.js";
import { asError, throwCollected, UsageError } from "../errors.js";
import { boolFlag, listFlag, repeatedFlag, textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import {
  changePodTemplates,
  checkLocal,
  isSelected,
  objectsToChange,
  type PodSpec,
  podSpecOf,
  setFlags,
  type TemplateChange,
} from "../pod-template-change.js";
import { readStdinText } from "../read-file.js";
import { resultOutput } from "../result-output.js";
import { fetchPlan, planSelection } from "../selection.js";
import { defineVerb, type Invocation, type VerbContext } from "../verb.js";

type Container = PodSpec["containers"][number];
type Variable = NonNullable<Container["env"]>[number];

interface SetEnvOptions extends TemplateChange {
  /** `KEY=VALUE`, `KEY-`, and `-` for standard input. */
  readonly words: readonly string[];
  readonly containers: string;
  readonly from: string;
  readonly keys: readonly string[];
  readonly prefix: string;
  readonly isList: boolean;
  readonly resolves: boolean;
  readonly overwrite: boolean;
}

const flags = {
  ...setFlags,
  containers: textFlag("The names of containers to change; may use wildcards", { short: "c", default: "*" }),
  env: repeatedFlag("A variable to set, as KEY=VALUE, or - to read such lines from standard input", { short: "e" }),
  from: textFlag("A ConfigMap or Secret whose keys become variables"),
  keys: listFlag("Comma-separated list of keys to take with --from"),
  list: boolFlag("If true, print the variables instead of changing them"),
  overwrite: boolFlag("If false, variables that have another value already are an error", { default: true }),
  prefix: textFlag("What is written before each name"),
  resolve: boolFlag("If true, --list prints the values that references lead to"),
} as const;

export const setEnvVerb = defineVerb({
  name: "set env",
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  about: "Change the environment variables of containers, or list them.",
  examples: `# Set one variable and remove another
kubectl set env cronjob/report LEVEL=debug COLOUR-

# What is set
kubectl set env cronjob/report --list

# Take all keys of a ConfigMap
kubectl set env cronjob/report --from=configmap/settings`,
  flags,
  complete,
  run: async (options, context) => {
    const { added, removed } = parseWords(options.words, context);
    const fromKeys = options.from === "" ? [] : await readFrom(options, context);
    const variables = [...added, ...fromKeys].map((each) => ({ ...each, name: options.prefix + each.name }));
    if (options.isList) {
      await list(options, context, { variables, removed });
      return;
    }
    await changePodTemplates(options, context, (spec, { object, name }) => {
      const { initContainers = [], containers } = spec;
      if (![...containers, ...initContainers].some((each) => isSelected(each.name, options.containers))) {
        context.edge.err(
          `Warning: ${object.kind ?? ""}/${name} does not have any containers matching ${JSON.stringify(options.containers)}\n`,
        );
        return { spec };
      }
      const change = (container: Container) =>
        isSelected(container.name, options.containers)
          ? withEnv(container, { variables, removed, overwrite: options.overwrite })
          : container;
      return {
        spec: {
          ...spec,
          containers: containers.map(change),
          ...(spec.initContainers === undefined ? {} : { initContainers: initContainers.map(change) }),
        },
      };
    });
  },
});

function complete({ flags: values, args }: Invocation<typeof flags>): SetEnvOptions {
  if (values.all && values.selector !== "") throw new UsageError("cannot set --all and --selector at the same time");
  const isVariable = (arg: string) => /^.+=/s.test(arg) || arg.endsWith("-");
  const first = args.findIndex(isVariable);
  const resources = first === -1 ? args : args.slice(0, first);
  const words = first === -1 ? [] : args.slice(first);
  if (!words.every(isVariable)) {
    throw new UsageError(`all resources must be specified before environment changes: ${args.join(" ")}`);
  }
  const dryRun = parseDryRun(values.dryRun);
  checkLocal({ isLocal: values.local, dryRun });
  if (values.filename.length === 0 && resources.length === 0) {
    throw new UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  }
  if (values.list && values.output !== "") throw new UsageError("--list and --output may not be specified together");
  if (values.keys.length > 0 && values.from === "") {
    throw new UsageError("when specifying --keys, a configmap or secret must be provided with --from");
  }
  return {
    selection: {
      args: resources,
      files: fileArguments(values),
      labelSelector: values.selector,
      allowEmptySelector: values.all,
    },
    words: [...values.env, ...words],
    containers: values.containers,
    from: values.from,
    keys: values.keys,
    prefix: values.prefix,
    isList: values.list,
    resolves: values.resolve,
    overwrite: values.overwrite,
    isLocal: values.local,
    dryRun,
    fieldManager: values.fieldManager,
    result: resultOutput(values),
    done: "env updated",
    failure: "failed to patch env update to pod template: ",
  };
}

function parseWords(words: readonly string[], { edge }: VerbContext) {
  const added: Variable[] = [];
  const removed: string[] = [];
  for (const word of words) {
    if (word === "-") {
      for (const line of readStdinText(edge.files).split("\n")) {
        const text = line.split("#")[0] ?? "";
        const equals = text.indexOf("=");
        if (equals !== -1) added.push({ name: text.slice(0, equals), value: text.slice(equals + 1) });
      }
      continue;
    }
    const equals = word.indexOf("=");
    if (equals === -1) {
      if (!word.endsWith("-")) throw new UsageError(`unknown environment variable: ${word}`);
      removed.push(word.slice(0, -1));
      continue;
    }
    const name = word.slice(0, equals);
    const problems = environmentNameProblems(name, false);
    if (problems.length > 0) {
      throw new UsageError(`${JSON.stringify(name)} is not a valid key name: ${problems.join(";")}`);
    }
    added.push({ name, value: word.slice(equals + 1) });
  }
  if (removed.some((name) => added.some((each) => each.name === name))) {
    throw new UsageError("can not both modify and remove the same environment variable in the same command");
  }
  return { added, removed };
}

async function readFrom({ from, keys }: SetEnvOptions, context: VerbContext): Promise<readonly Variable[]> {
  const plan = await planSelection({ args: [from] }, context);
  const { items, errors } = await fetchPlan(plan, await context.client());
  throwCollected(errors);
  const variables: Variable[] = [];
  for (const { resource, name, object } of items) {
    if (resource.name !== "configmaps" && resource.name !== "secrets") {
      throw new UsageError("unsupported resource specified in --from");
    }
    for (const key of Object.keys((object as ConfigMap | Secret).data ?? {}).sort()) {
      if (keys.length > 0 && !keys.includes(key)) continue;
      const variable = key.replaceAll(/[^a-zA-Z0-9_]/g, "_").toUpperCase();
      if (variable !== key) context.edge.err(`Warning: key ${key} transferred to ${variable}\n`);
      const reference = { name, key };
      variables.push({
        name: variable,
        valueFrom: resource.name === "secrets" ? { secretKeyRef: reference } : { configMapKeyRef: reference },
      });
    }
  }
  return variables;
}

interface EnvChange {
  readonly variables: readonly Variable[];
  readonly removed: readonly string[];
  readonly overwrite?: boolean;
}

/** Values change in their place; new ones follow. */
function withEnv(container: Container, { variables, removed, overwrite = true }: EnvChange): Container {
  const before = container.env ?? [];
  const byName = new Map(variables.map((each) => [each.name, each]));
  if (!overwrite) {
    for (const { name, value = "" } of before) {
      const newer = byName.get(name);
      if (newer !== undefined && (newer.value ?? "") !== value) {
        throw new UsageError(`'${name}' already has a value (${value}), and --overwrite is false`);
      }
    }
  }
  const covered = new Set(removed);
  const env: Variable[] = [];
  for (const variable of [...before, ...variables]) {
    if (covered.has(variable.name)) continue;
    const newer = byName.get(variable.name);
    if (newer !== undefined) covered.add(variable.name);
    env.push(newer ?? variable);
  }
  if (env.length === 0) {
    const { env: _, ...rest } = container;
    return rest;
  }
  return { ...container, env };
}

async function list(options: SetEnvOptions, context: VerbContext, change: EnvChange): Promise<void> {
  const { items, errors } = await objectsToChange(options, context);
  throwCollected(errors);
  for (const { object, name, namespace } of items) {
    const { initContainers = [], containers } = podSpecOf(object);
    const failures = new Map<string, string[]>();
    for (const container of [...containers, ...initContainers]) {
      if (!isSelected(container.name, options.containers)) continue;
      context.edge.out(`# ${object.kind ?? ""} ${name}, container ${container.name}\n`);
      for (const variable of withEnv(container, change).env ?? []) {
        if (variable.valueFrom === undefined) {
          context.edge.out(`${variable.name}=${variable.value ?? ""}\n`);
          continue;
        }
        const reference = `# ${variable.name} from ${referenceText(variable.valueFrom)}\n`;
        if (!options.resolves) {
          context.edge.out(reference);
          continue;
        }
        try {
          const value = await resolve(variable.valueFrom, namespace, context);
          context.edge.out(`${variable.name}=${value}\n`);
        } catch (error) {
          context.edge.out(reference);
          const { message } = asError(error);
          failures.set(message, [...(failures.get(message) ?? []), variable.name]);
        }
      }
    }
    for (const [message, names] of [...failures].sort()) {
      context.edge.err(`error retrieving reference for ${names.sort().join(", ")}: ${message}\n`);
    }
    if (failures.size > 0) throw new UsageError("failed to retrieve valueFrom references");
  }
}

type Source = NonNullable<Variable["valueFrom"]>;

/** @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go, GetEnvVarRefString */
function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: Source): string {
  if (configMapKeyRef !== undefined) return `configmap ${configMapKeyRef.name ?? ""}, key ${configMapKeyRef.key}`;
  if (secretKeyRef !== undefined) return `secret ${secretKeyRef.name ?? ""}, key ${secretKeyRef.key}`;
  if (fieldRef !== undefined) return `field path ${fieldRef.fieldPath}`;
  if (resourceFieldRef !== undefined) {
    const { containerName = "", resource } = resourceFieldRef;
    return `resource field ${containerName === "" ? "" : `${containerName}/`}${resource}`;
  }
  return "invalid valueFrom";
}

async function resolve(source: Source, namespace: string, context: VerbContext): Promise<string> {
  const client = await context.client();
  const { resources } = await import("../../api/resources.js");
  const { configMapKeyRef, secretKeyRef } = source;
  if (configMapKeyRef !== undefined) {
    const { name = "", key } = configMapKeyRef;
    const { data = {} } = (await client.get(resources.configmaps, namespace, name)) as ConfigMap;
    if (data[key] === undefined) throw new Error(`key ${key} not found in config map ${name}`);
    return data[key];
  }
  if (secretKeyRef !== undefined) {
    const { name = "", key } = secretKeyRef;
    const { data = {} } = (await client.get(resources.secrets, namespace, name)) as Secret;
    if (data[key] === undefined) throw new Error(`key ${key} not found in secret ${name}`);
    return new TextDecoder().decode(Uint8Array.from(atob(data[key]), (letter) => letter.charCodeAt(0)));
  }
  throw new Error(`unsupported reference: ${referenceText(source)}`);
}
