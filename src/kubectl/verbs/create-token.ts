import type { TokenRequest } from "../../api/generated/types.js";
import type { KubeObject } from "../../api/meta/object.js";
import { resources } from "../../api/resources.js";
import { outputFlags } from "../common-flags.js";
import { asError, UsageError } from "../errors.js";
import { durationFlag, repeatedFlag, textFlag } from "../flags.js";
import { oneName } from "../generator.js";
import { loadResultPrinter, resultOutput } from "../result-output.js";
import { defineVerb } from "../verb.js";

export const createTokenVerb = defineVerb({
  name: "create token",
  usage: "SERVICE_ACCOUNT_NAME",
  about: "Ask for a token of a service account.",
  examples: `# A token of the service account that Pods have by themselves
kubectl create token default`,
  flags: {
    ...outputFlags,
    audience: repeatedFlag("Whom the token is meant for"),
    boundObjectKind: textFlag("The kind of an object with which the token ends: Pod, Secret or Node"),
    boundObjectName: textFlag("The name of that object"),
    boundObjectUid: textFlag("The UID of that object"),
    duration: durationFlag("How long the token is to be valid", { defaultMs: 0, shown: "0s" }),
  },
  complete: (invocation) => {
    const { flags } = invocation;
    const name = oneName(invocation);
    const { boundObjectKind: kind, boundObjectName, boundObjectUid } = flags;
    if (kind === "" && boundObjectName !== "") {
      throw new UsageError("--bound-object-name can only be set if --bound-object-kind is provided");
    }
    if (kind === "" && boundObjectUid !== "") {
      throw new UsageError("--bound-object-uid can only be set if --bound-object-kind is provided");
    }
    if (kind !== "" && !["Pod", "Secret", "Node"].includes(kind)) {
      throw new UsageError("supported --bound-object-kind values are Node, Pod, Secret");
    }
    if (kind !== "" && boundObjectName === "") {
      throw new UsageError("--bound-object-name is required if --bound-object-kind is provided");
    }
    const bound = { kind, apiVersion: "v1", name: boundObjectName };
    return {
      name,
      spec: {
        audiences: [...flags.audience],
        ...(flags.duration === 0 ? {} : { expirationSeconds: Math.floor(flags.duration / 1000) }),
        ...(kind === ""
          ? {}
          : { boundObjectRef: { ...bound, ...(boundObjectUid === "" ? {} : { uid: boundObjectUid }) } }),
      },
      result: resultOutput(flags),
    };
  },
  run: async ({ name, spec, result }, context) => {
    const client = await context.client();
    const resource = resources.serviceaccounts;
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec } as KubeObject;
    const answer = (await client
      .create(resource, context.namespace, request, { subresource: "token", name })
      .catch((error: unknown) => {
        throw new UsageError(`failed to create token: ${asError(error).message}`);
      })) as unknown as TokenRequest;
    const token = answer.status?.token ?? "";
    if (token === "") throw new UsageError("failed to create token: no token in server response");
    if (result.output.format === "") {
      context.edge.out(`${token}\n`);
      return;
    }
    const print = await loadResultPrinter(result, context, { dryRun: "none" });
    print({ resource, object: answer as unknown as KubeObject, done: "created" });
  },
});
