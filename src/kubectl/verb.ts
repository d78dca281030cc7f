import type { EpochMs } from "../api/meta/object.js";
import type { ApiClient } from "../client/api-client.js";
import type { KubectlEdge } from "./edge.js";
import type { FlagSet, FlagValues } from "./flags.js";

/** A command line, cut up. */
export interface Invocation<Flags extends FlagSet> {
  readonly flags: FlagValues<Flags>;
  /** The flags that the person wrote, by key. */
  readonly given: ReadonlySet<keyof Flags>;
  /** What is no flag, up to `--`. */
  readonly args: readonly string[];
  /** What stands behind `--`; null where there is none. */
  readonly argsAfterDash: readonly string[] | null;
}

/** What a verb works with, beside its own options. */
export interface VerbContext {
  readonly edge: KubectlEdge;
  /** The API server; the first call opens it. */
  client(): Promise<ApiClient>;
  /** The namespace of `-n`, or of the context. */
  readonly namespace: string;
  /** Whether `-n` was given; objects in files have to agree with it then. */
  readonly isNamespaceExplicit: boolean;
  /** When streams end, from `--request-timeout`; undefined for never. Counted from the first call. */
  untilMs(): Promise<EpochMs | undefined>;
  /** Whether tables have colours: `--color`, or a terminal. */
  readonly isColored: boolean;
  /** The command as usage messages name it: `kubectl create job`. */
  readonly command: string;
}

/** What a verb's author writes. kubectl's order: complete the options, validate them, run. */
export interface VerbDefinition<Flags extends FlagSet, Options> {
  /** The verb with its subverbs: `create job`. */
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** One sentence or more, for the help text. */
  readonly about: string;
  /** Lines of `# comment` and `kubectl …`, for the end of the help text. */
  readonly examples: string;
  readonly flags: Flags;
  /** What stands behind `--` is a command for a container, not more arguments. */
  readonly takesCommand?: boolean;
  /** Settles what the flags and arguments mean. Throws a UsageError. */
  readonly complete: (invocation: Invocation<Flags>, context: VerbContext) => Options | Promise<Options>;
  /** Refuses what cannot be meant. Throws a UsageError. */
  readonly validate?: (options: Options) => void;
  /** Does it. An exit status other than 0 and 1 comes as an ExitError. */
  readonly run: (options: Options, context: VerbContext) => Promise<void>;
}

/** A verb as a value; its types are sealed in. */
export interface Verb {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly examples: string;
  readonly flags: FlagSet;
  readonly takesCommand?: boolean;
  /** Completes, validates and runs. */
  readonly invoke: (invocation: Invocation<FlagSet>, context: VerbContext) => Promise<void>;
}

/** Makes a verb of its definition. */
export function defineVerb<const Flags extends FlagSet, Options>(definition: VerbDefinition<Flags, Options>): Verb {
  const { name, usage, about, examples, flags, takesCommand = false, complete, validate, run } = definition;
  return {
    name,
    usage,
    about,
    examples,
    flags,
    takesCommand,
    invoke: async (invocation, context) => {
      // The parser made the invocation from these very flags, so its values have their types.
      const options = await complete(invocation as unknown as Invocation<Flags>, context);
      validate?.(options);
      await run(options, context);
    },
  };
}

/** A verb that only has subverbs: alone it prints its help, which {@link VerbEntry.needsSubverb} says. */
export function verbOfSubverbs(texts: Pick<Verb, "name" | "usage" | "about" | "examples">): Verb {
  return defineVerb({ ...texts, flags: {}, complete: () => ({}), run: async () => {} });
}
