import { parseDryRun } from "../common-flags.js";
import { UsageError } from "../errors.js";
import { fileArguments } from "../manifest-files.js";
import { changePodTemplates, checkLocal, type PodSpec, setFlags, type TemplateChange } from "../pod-template-change.js";
import { resultOutput } from "../result-output.js";
import { defineVerb, type Invocation } from "../verb.js";

interface SetImageOptions extends TemplateChange {
  readonly images: ReadonlyMap<string, string>;
}

export const setImageVerb = defineVerb({
  name: "set image",
  usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
  about: "Change the images of containers, by the names of the containers. * stands for all of them.",
  examples: `# Another image for the Pods of a CronJob
kubectl set image cronjob/report main=busybox:1.37

# The same image for all containers
kubectl set image pod guard '*=busybox:1.37'`,
  flags: setFlags,
  complete,
  run: (options, context) =>
    changePodTemplates(options, context, (spec) => {
      const errors: Error[] = [];
      let changed = spec;
      for (const [name, image] of options.images) {
        if (!namesOf(spec).some((each) => name === "*" || each === name)) {
          errors.push(new Error(`error: unable to find container named ${JSON.stringify(name)}`));
          continue;
        }
        changed = withImage(changed, name, image);
      }
      return { spec: changed, errors };
    }),
});

function complete({ flags, args }: Invocation<typeof setFlags>): SetImageOptions {
  const files = fileArguments(flags);
  const dryRun = parseDryRun(flags.dryRun);
  const { resources, pairs } = splitPairs(args);
  const images = parseImages(pairs);
  const validate = () => {
    const problems: string[] = [];
    if (flags.all && flags.selector !== "") problems.push("cannot set --all and --selector at the same time");
    if (images.size === 0) problems.push("at least one image update is required");
    else if (images.size > 1 && images.has("*")) {
      problems.push(
        "all containers are already specified by *, but saw more than one container_name=container_image pairs",
      );
    }
    if (problems.length === 1) throw new UsageError(problems[0] ?? "");
    if (problems.length > 1) throw new UsageError(`[${problems.join(", ")}]`);
    checkLocal({ isLocal: flags.local, dryRun });
  };
  return {
    validate,
    selection: { args: resources, files, labelSelector: flags.selector, allowEmptySelector: flags.all },
    images,
    isLocal: flags.local,
    dryRun,
    fieldManager: flags.fieldManager,
    result: resultOutput(flags),
    done: "image updated",
    failure: "failed to patch image update to pod template: ",
  };
}

function splitPairs(args: readonly string[]) {
  const isPair = (arg: string) => (arg.includes("=") && !arg.startsWith("=")) || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex(isPair);
  if (first === -1) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const stray = pairs.find((arg) => !isPair(arg));
  if (stray !== undefined) throw new UsageError(`all resources must be specified before image changes: ${stray}`);
  return { resources: args.slice(0, first), pairs };
}

function parseImages(pairs: readonly string[]): ReadonlyMap<string, string> {
  const invalid = pairs.filter((pair) => !pair.includes("="));
  if (invalid.length > 0) throw new UsageError(`invalid image format: ${invalid.join(", ")}`);
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function namesOf({ initContainers = [], containers }: PodSpec): readonly string[] {
  return [...initContainers, ...containers].map(({ name }) => name);
}

function withImage(spec: PodSpec, name: string, image: string): PodSpec {
  const change = <Item extends { readonly name: string }>(container: Item) =>
    name === "*" || container.name === name ? { ...container, image } : container;
  return {
    ...spec,
    containers: spec.containers.map(change),
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(change) }),
  };
}
