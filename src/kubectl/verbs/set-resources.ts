import { parseQuantity } from "../../api/meta/quantity.js";
import { parseDryRun } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { textFlag } from "../flags.js";
import { fileArguments } from "../manifest-files.js";
import {
  changePodTemplates,
  checkLocal,
  isSelected,
  type PodSpec,
  setFlags,
  type TemplateChange,
} from "../pod-template-change.js";
import { resultOutput } from "../result-output.js";
import { defineVerb, type Invocation } from "../verb.js";

type Amounts = Readonly<Record<string, string>>;

interface SetResourcesOptions extends TemplateChange {
  readonly containers: string;
  readonly limits: Amounts;
  readonly requests: Amounts;
}

const flags = {
  ...setFlags,
  containers: textFlag("The names of containers to change, all by default; may use wildcards", {
    short: "c",
    default: "*",
  }),
  limits: textFlag("The most that the container may use. For example, 'cpu=100m,memory=256Mi'."),
  requests: textFlag("What the container asks for. For example, 'cpu=100m,memory=256Mi'."),
} as const;

export const setResourcesVerb = defineVerb({
  name: "set resources",
  usage: "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS]",
  about: "Change what containers ask for and may use.",
  examples: `# Limits and requests for all containers of a CronJob's Pods
kubectl set resources cronjob report --limits=cpu=200m,memory=64Mi --requests=cpu=100m

# For one of the containers
kubectl set resources cronjob report -c main --limits=cpu=200m`,
  flags,
  complete,
  run: (options, context) =>
    changePodTemplates(options, context, (spec) => {
      const { initContainers = [], containers } = spec;
      if (![...initContainers, ...containers].some(({ name }) => isSelected(name, options.containers))) {
        return { spec, errors: [new Error(`error: unable to find container named ${options.containers}`)] };
      }
      return { spec: withResources(spec, options) };
    }),
});

function complete({ flags: values, args }: Invocation<typeof flags>): SetResourcesOptions {
  const dryRun = parseDryRun(values.dryRun);
  const validate = () => {
    checkLocal({ isLocal: values.local, dryRun });
    if (values.all && values.selector !== "") throw new UsageError("cannot set --all and --selector at the same time");
    if (values.limits === "" && values.requests === "") {
      throw new UsageError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
  };
  return {
    validate,
    selection: {
      args,
      files: fileArguments(values),
      labelSelector: values.selector,
      allowEmptySelector: values.all,
    },
    containers: values.containers,
    limits: parseAmounts(values.limits),
    requests: parseAmounts(values.requests),
    isLocal: values.local,
    dryRun,
    fieldManager: values.fieldManager,
    result: resultOutput(values),
    done: "resource requirements updated",
    failure: "failed to patch resources update to pod template ",
  };
}

function parseAmounts(text: string): Amounts {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((statement) => {
      const parts = statement.split("=");
      const [name = "", amount = ""] = parts;
      if (parts.length !== 2) {
        throw new UsageError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
      }
      parseQuantity(amount);
      return [name, amount];
    }),
  );
}

function withResources(spec: PodSpec, { containers: pattern, limits, requests }: SetResourcesOptions): PodSpec {
  const change = (container: PodSpec["containers"][number]) => {
    if (!isSelected(container.name, pattern)) return container;
    const { resources = {} } = container;
    return {
      ...container,
      resources: {
        ...resources,
        ...(Object.keys(limits).length === 0 ? {} : { limits: { ...resources.limits, ...limits } }),
        ...(Object.keys(requests).length === 0 ? {} : { requests: { ...resources.requests, ...requests } }),
      },
    };
  };
  return {
    ...spec,
    containers: spec.containers.map(change),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(change) }),
  };
}
