import { UsageError } from "../errors.js";
import { defineVerb, verbOfSubverbs } from "../verb.js";

export const setVerb = verbOfSubverbs({
  name: "set",
  usage: "SUBCOMMAND",
  about: "Change an existing object: the images, variables, resources or service account of its Pods.",
  examples: `# Another image for the Pods of a CronJob
kubectl set image cronjob/report main=busybox:1.37`,
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
