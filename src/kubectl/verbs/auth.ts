import type { KubeObject } from "../../api/meta/object.js";
import { TabWriter } from "../../printers/tab-writer.js";
import { outputFlags } from "../common-flags.js";
import { ExitError, UsageError } from "../errors.js";
import { lookUpResource } from "../find-resource.js";
import { boolFlag, textFlag } from "../flags.js";
import { loadObjectPrinter } from "../object-printer.js";
import { resultOutput } from "../result-output.js";
import { defineVerb, type VerbContext, verbOfSubverbs } from "../verb.js";

export const authVerb = verbOfSubverbs({
  name: "auth",
  usage: "SUBCOMMAND",
  about:
    "Ask who one is, and what one may do. On a cluster of kjob's own whoever runs it may do everything, and others (--as) next to nothing: there are no roles to give them.",
  examples: `# May I create Jobs?
kubectl auth can-i create jobs`,
});

export const authReconcileVerb = defineVerb({
  name: "auth reconcile",
  usage: "",
  about: "Not supported: there are no roles and role bindings.",
  examples: "",
  flags: {},
  complete: () => {
    throw new UsageError("kubectl auth reconcile is not supported: there are no roles here; everything is allowed");
  },
  run: async () => {},
});

export const whoAmIVerb = defineVerb({
  name: "auth whoami",
  usage: "",
  about: "Print who the server says that one is.",
  examples: `# Who am I?
kubectl auth whoami`,
  flags: outputFlags,
  complete: ({ flags }) => resultOutput(flags),
  run: async ({ output, ...options }, context) => {
    const kind = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const review = (await post("/apis/authentication.k8s.io/v1/selfsubjectreviews", kind, context)) as KubeObject & {
      readonly status?: { readonly userInfo?: UserInfo };
    };
    if (output.format !== "") {
      const printer = await loadObjectPrinter(output, context, { ...options, keepsOrder: true });
      context.edge.out(printer(typedReview(review.status?.userInfo) as unknown as KubeObject));
      return;
    }
    const { username = "", uid = "", groups = [], extra = {} } = review.status?.userInfo ?? {};
    const writer = new TabWriter((text) => context.edge.out(text));
    writer.write("ATTRIBUTE\tVALUE\n");
    if (username !== "") writer.write(`Username\t${username}\n`);
    if (uid !== "") writer.write(`UID\t${uid}\n`);
    if (groups.length > 0) writer.write(`Groups\t[${groups.join(" ")}]\n`);
    for (const key of Object.keys(extra).sort()) writer.write(`Extra: ${key}\t[${(extra[key] ?? []).join(" ")}]\n`);
    writer.flush();
  },
});

/** As Go prints the type: in the order of its fields, without what is empty. */
function typedReview({ username = "", uid = "", groups = [], extra = {} }: UserInfo = {}) {
  return {
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: {},
    status: {
      userInfo: {
        ...(username === "" ? {} : { username }),
        ...(uid === "" ? {} : { uid }),
        ...(groups.length === 0 ? {} : { groups }),
        ...(Object.keys(extra).length === 0 ? {} : { extra }),
      },
    },
  };
}

interface UserInfo {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Sends a review, and resolves to it with its answer. */
export async function post(
  path: string,
  review: Readonly<Record<string, unknown>>,
  { client }: VerbContext,
): Promise<unknown> {
  return JSON.parse(await (await client()).raw("POST", path, JSON.stringify({ ...review, metadata: {} })));
}

const resourceVerbs = new Set([
  ...["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  ...["use", "bind", "impersonate", "*", "approve", "sign", "escalate", "attest"],
]);
const otherVerbs = new Set(["get", "put", "post", "head", "options", "delete", "patch", "*"]);

export const canIVerb = defineVerb({
  name: "auth can-i",
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  about: "Ask whether something is allowed. The exit status is 0 for yes and 1 for no.",
  examples: `# May I create Jobs?
kubectl auth can-i create jobs

# What may I do?
kubectl auth can-i --list`,
  flags: {
    allNamespaces: boolFlag("If true, ask about all namespaces", { short: "A" }),
    list: boolFlag("If true, print everything that is allowed"),
    noHeaders: boolFlag("If true, --list prints no headers"),
    quiet: boolFlag("If true, print nothing and answer by the exit status", { short: "q" }),
    subresource: textFlag("A part of the objects, such as pod/log"),
  },
  complete: ({ flags, args }) => {
    if (flags.list && args.length > 0) throw new UsageError("list option must be specified with no arguments");
    if (!flags.list && args.length !== 2) {
      throw new UsageError(
        "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
      );
    }
    if (flags.list && (flags.quiet || flags.allNamespaces || flags.subresource !== "")) {
      throw new UsageError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    }
    if (flags.noHeaders && !flags.list) throw new UsageError("--no-headers cannot be set without --list specified");
    const [verb = "", object = ""] = args;
    if (object.startsWith("/") && flags.subresource !== "") {
      throw new UsageError("--subresource can not be used with NonResourceURL");
    }
    return { ...flags, verb, object };
  },
  run: async (options, context) => {
    if (options.list) {
      const { listAccess } = await import("../access-list.js");
      await listAccess(options, context);
      return;
    }
    const spec = reviewOf(options, context);
    const isAllowed = await ask(spec, context);
    if (!options.quiet) context.edge.out(isAllowed ? "yes\n" : "no\n");
    if (!isAllowed) throw new ExitError("", 1);
  },
});

interface Question {
  readonly verb: string;
  readonly object: string;
  readonly subresource: string;
  readonly allNamespaces: boolean;
}

function reviewOf({ verb, object, subresource, allNamespaces }: Question, { edge, namespace }: VerbContext): unknown {
  const warn = (text: string) => edge.err(`Warning: ${text}\n\n`);
  if (object.startsWith("/")) {
    if (!otherVerbs.has(verb)) warn(`verb '${verb}' is not a known verb`);
    return { nonResourceAttributes: { verb, path: object } };
  }
  const [type = "", name = ""] = object.split("/");
  const resource = lookUpResource(type);
  if (resource === undefined && type !== "*") warnOfUnknown(type, warn);
  const isWide = resource !== undefined && !resource.namespaced;
  if (isWide && !allNamespaces) {
    const where = resource.group === "" ? "" : ` in group '${resource.group}'`;
    warn(`resource '${resource.name}' is not namespace scoped${where}`);
  }
  if (!resourceVerbs.has(verb)) warn(`verb '${verb}' is not a known verb`);
  return {
    resourceAttributes: {
      namespace: allNamespaces ? "" : namespace,
      verb,
      group: resource?.group ?? "",
      resource: resource?.name ?? type,
      subresource,
      name,
    },
  };
}

function warnOfUnknown(type: string, warn: (text: string) => void): void {
  const dot = type.indexOf(".");
  const where = dot === -1 ? "" : ` in group '${type.slice(dot + 1)}'`;
  warn(`the server doesn't have a resource type '${dot === -1 ? type : type.slice(0, dot)}'${where}`);
}

async function ask(spec: unknown, context: VerbContext): Promise<boolean> {
  const kind = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const { status } = (await post(path, kind, context)) as { readonly status?: { readonly allowed?: boolean } };
  return status?.allowed === true;
}
