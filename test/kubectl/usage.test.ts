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
    {
      line: "create secret kettle x",
      says: "error: unknown command \"kettle x\"\nSee 'kubectl create secret -h' for help and examples\n",
    },
    { line: "run x --image=", says: "error: --image is required\n" },
    { line: "run x --image=busybox --env=1", says: "error: invalid env: 1\n" },
    {
      line: "run x --image=busybox --port=http",
      says: 'error: strconv.Atoi: parsing "http": invalid syntax\n',
    },
    {
      line: "run x --image=busybox --image-pull-policy=Soon",
      says: "error: invalid image pull policy: Soon\nSee 'kubectl run -h' for help and examples\n",
    },
    { line: "run x --image=busybox --overrides=x", says: "error: Invalid JSON Patch\n" },
    { line: "run x --image=busybox --override-type=x", says: "error: invalid override type: x\n" },
    {
      line: "cordon node-1 -l a=b",
      says: "error: cannot specify both a node name and a --selector option\nSee 'kubectl cordon -h' for help and examples\n",
    },
    { line: "set selector", says: "error: one selector is required\n" },
    { line: "set image", says: missingResource },
    { line: "set image job", says: "error: resource(s) were provided, but no name was specified\n" },
    { line: "set resources", says: missingResource },
    {
      line: "create cm x --from-literal=a=1 --from-literal=a=2",
      says: 'error: cannot add key "a", another key by that name already exists in Data for ConfigMap "x"\n',
    },
    {
      line: "create secret generic x --from-literal=a=1 --from-literal=a=2",
      says: "error: cannot add key a, another key by that name already exists\n",
    },
    {
      line: "create service clusterip x --tcp=70000",
      says: 'error: strconv.ParseUint: parsing "70000": value out of range\n',
    },
    { line: "logs x --limit-bytes=-1", says: "error: --limit-bytes must be greater than 0\n" },
    { line: "exec", says: "error: pod, type/name or --filename must be specified\n" },
    { line: "attach", says: "error: at least 1 argument is required for attach\n" },
    { line: "explain .job", says: "error: invalid jsonpath syntax, first node must be field node\n" },
    { line: "events --for=kettle/x", says: 'the server doesn\'t have a resource type "kettle"\n' },
    {
      line: "edit job x -o name",
      says: 'error: unable to match a printer suitable for the output format "name", allowed formats are: json,kyaml,yaml\n',
    },
    { line: "get --raw here", says: 'error: --raw must be a valid URL path: parse "here": invalid URI for request\n' },
    { line: "get jobs --raw /api", says: "error: arguments may not be passed when --raw is specified\n" },
    {
      line: "get --raw /api -w",
      says: "error: --raw may not be specified with other flags that filter the server request or alter the output\n",
    },
    { line: "create --raw /api", says: "error: must specify one of -f and -k\n" },
    {
      line: "delete --raw here",
      says: 'error: --raw must be a valid URL path: parse "here": invalid URI for request\n',
    },
    { line: "get -f nowhere.yaml jobs", says: 'error: the path "nowhere.yaml" does not exist\n' },
    { line: "get -f a.yaml -k b", says: "error: only one of -f or -k can be specified\n" },
    {
      line: "get jobs -o custom-columns=N:.kind --template={{.kind}}",
      says: 'error: unable to match a printer suitable for the output format "custom-columns=N:.kind", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml\n',
    },
    {
      line: "get jobs -o custom-columns-file",
      says: "error: custom-columns format specified but no custom columns given\n",
    },
    {
      line: "get jobs --show-labels -o jsonpath={.kind}",
      says: "error: --show-labels option cannot be used with jsonpath={.kind} printer\n",
    },
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

describe("older ways to write flags", () => {
  it.each([
    [
      "create ns x --dry-run",
      "W1105 12:00:00.000000       1 helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.\n",
    ],
    [
      "create ns x --dry-run=true",
      "W1105 12:00:00.000000       1 helpers.go:733] --dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client.\n",
    ],
    ["create ns x --dry-run=client --validate=TRUE", ""],
  ])("%s is understood", async (line, says) => {
    const printed = await new KubectlSession().run(line);
    expect(printed.err.replace(/^W\S+ \S+/, "W1105 12:00:00.000000")).toBe(says);
    expect(printed.out).toBe("namespace/x created (dry run)\n");
  });

  it("--cascade=false is told to be orphan", async () => {
    const printed = await new KubectlSession().run("delete job x --cascade=false --dry-run=client");
    expect(printed.err).toBe(
      "warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.\n",
    );
  });
});

describe("help", () => {
  it.each(["--help", "help", "-h"])("%s alone lists the verbs", async (line) => {
    const printed = await new KubectlSession().run(line);
    expect(printed.out).toContain("  get             Display one or many resources\n");
    expect(printed.exitStatus).toBe(0);
  });

  it("of a verb is also what `help VERB` prints", async () => {
    const session = new KubectlSession();
    expect(await session.run("help create job")).toEqual(await session.run("create job --help"));
  });

  it.each([
    ["set", "err"],
    ["create secret", "err"],
    ["rollout", "out"],
  ] as const)("of %s comes where no subcommand is named, and the command fails", async (line, stream) => {
    const printed = await new KubectlSession().run(line);
    expect(printed[stream]).toContain("Available Commands:\n");
    expect(printed.exitStatus).toBe(1);
  });

  it("ends with examples and asks the server nothing", async () => {
    const session = new KubectlSession();
    const { out, exitStatus } = await session.run("create job --help");
    expect(out).toContain("Usage:\n  kubectl create job NAME --image=image");
    expect(out.trimEnd().split("\n").at(-1)).toBe("  kubectl create job manual --from=cronjob/report");
    expect(exitStatus).toBe(0);
    expect(session.client.requests).toEqual([]);
  });
});
