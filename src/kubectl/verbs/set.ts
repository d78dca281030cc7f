import { UsageError } from "../errors.js";
import { defineVerb } from "../verb.js";

export const setVerb = defineVerb({
  name: "set",
  usage: "SUBCOMMAND",
  about: "Change an existing object: the images, variables, resources or service account of its Pods.",
  examples: `# Another image for the Pods of a CronJob
kubectl set image cronjob/report main=busybox:1.37`,
  flags: {},
  complete: () => {
    throw new UsageError("a subcommand is required: image, env, resources, serviceaccount or selector", "usage");
  },
  run: async () => {},
});

export const setSubjectVerb = defineVerb({
  name: "set subject",
  usage: "",
  about: "Not supported: nobody is authorised here, so there are no role bindings.",
  examples: "",
  flags: {},
  complete: () => {
    throw new UsageError("kubectl set subject is not supported: there are no role bindings; everything is allowed");
  },
  run: async () => {},
});
