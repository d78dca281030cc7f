import { describe, expect, it } from "vitest";
import { KubectlSession } from "./kubectl-session.js";

const missingResource = `error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'
`;

describe("a command line that cannot be meant", () => {
  const cases: readonly { readonly line: string; readonly says: string }[] = [
    { line: "gte jobs", says: 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n' },
    {
      line: "describ job x",
      says: 'error: unknown command "describ" for "kubectl"\n\nDid you mean this?\n\tdescribe\n',
    },
    {
      line: "got jobs",
      says: 'error: unknown command "got" for "kubectl"\n\nDid you mean this?\n\tset\n\tget\n\ttop\n',
    },
    { line: "run seed", says: 'error: required flag(s) "image" not set\n' },
    { line: "run x --image='busy box'", says: 'error: Invalid image name "busy box": invalid reference format\n' },
    {
      line: "proxy",
      says: "error: kubectl proxy is not supported: kjob serve answers requests by HTTP\n",
    },
    { line: "brew", says: 'error: unknown command "brew" for "kubectl"\n' },
    { line: "get jobs --sort=x", says: "error: unknown flag: --sort\nSee 'kubectl get --help' for usage.\n" },
    { line: "get jobs -Q", says: "error: unknown shorthand flag: 'Q' in -Q\nSee 'kubectl get --help' for usage.\n" },
    { line: "get jobs -wQ", says: "error: unknown shorthand flag: 'Q' in -Q\nSee 'kubectl get --help' for usage.\n" },
    { line: "get jobs -L", says: "error: flag needs an argument: 'L' in -L\nSee 'kubectl get --help' for usage.\n" },
    {
      line: "get jobs --output",
      says: "error: flag needs an argument: --output\nSee 'kubectl get --help' for usage.\n",
    },
    {
      line: "get jobs --watch=maybe",
      says: `error: invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax\nSee 'kubectl get --help' for usage.\n`,
    },
    {
      line: "get jobs --chunk-size=many",
      says: `error: invalid argument "many" for "--chunk-size" flag: strconv.ParseInt: parsing "many": invalid syntax\nSee 'kubectl get --help' for usage.\n`,
    },
    {
      line: "wait job/x --for=delete --timeout=ten",
      says: `error: invalid argument "ten" for "--timeout" flag: time: invalid duration "ten"\nSee 'kubectl wait --help' for usage.\n`,
    },
    {
      line: "create job x -f y.yaml",
      says: "error: unknown shorthand flag: 'f' in -f\nSee 'kubectl create job --help' for usage.\n",
    },
    {
      line: "create kettle tea",
      says: "error: Unexpected args: [kettle tea]\nSee 'kubectl create -h' for help and examples\n",
    },
    { line: "config foo", says: "error: unknown command \"foo\"\nSee 'kubectl config -h' for help and examples\n" },
    { line: "scale job/x", says: 'error: required flag(s) "replicas" not set\n' },
    { line: "delete", says: missingResource },
    { line: "delete jobs", says: "error: resource(s) were provided, but no name was specified\n" },
    { line: "delete job x --all", says: "error: name cannot be provided when a selector is specified\n" },
    {
      line: "delete job x --cascade=maybe",
      says: 'error: invalid cascade value (maybe). Must be "background", "foreground", or "orphan"\n',
    },
    { line: "apply", says: "error: must specify one of -f and -k\n" },
    {
      line: "apply pi.yaml",
      says: "error: Unexpected args: [pi.yaml]\nSee 'kubectl apply -h' for help and examples\n",
    },
    { line: "get jbos", says: 'error: the server doesn\'t have a resource type "jbos"\n' },
    { line: "get jobs.v2.batch", says: 'error: the server doesn\'t have a resource type "jobs"\n' },
    { line: "get CM", says: 'error: the server doesn\'t have a resource type "CM"\n' },
    { line: "get jobs/", says: "error: arguments in resource/name form must have a single resource and name\n" },
    { line: "get job x -A", says: "error: a resource cannot be retrieved by name across all namespaces\n" },
    { line: "get jobs,pods -w", says: "error: you may only specify a single resource type\n" },
    {
      line: "get jobs --context=nowhere",
      says: "Error in configuration: context was not found for specified context: nowhere\n",
    },
    { line: "get jobs --username=jane", says: "error: --username is not supported: name the user in a kubeconfig\n" },
    { line: "wait job/x", says: "error: unrecognized condition: []\n" },
    { line: "wait job/x --for=finish", says: 'error: unrecognized condition: "finish"\n' },
    { line: "patch job x", says: "error: must specify --patch or --patch-file containing the contents of the patch\n" },
    { line: "label job x", says: "error: at least one label update is required\n" },
    {
      line: "logs",
      says: "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples\n",
    },
  ];
  it.each(cases)("is refused: $line", async ({ line, says }) => {
    const printed = await new KubectlSession().run(line);
    expect(printed.err).toBe(says);
    expect(printed.out).toBe("");
    expect(printed.exitStatus).toBe(1);
  });
});

describe("help", () => {
  it("ends with examples and asks the server nothing", async () => {
    const session = new KubectlSession();
    const { out, exitStatus } = await session.run("create job --help");
    expect(out).toContain("Usage:\n  kubectl create job NAME --image=image");
    expect(out.trimEnd().split("\n").at(-1)).toBe("  kubectl create job manual --from=cronjob/report");
    expect(exitStatus).toBe(0);
    expect(session.client.requests).toEqual([]);
  });
});
