import { type FlagSet, flagName } from "./flags.js";
import type { Verb } from "./verb.js";
import type { VerbTable } from "./verbs.js";

/** What `--help` prints: what the verb does, its flags, its usage, and examples at the end. */
export function helpText(verb: Verb, command: string, subverbs: VerbTable | undefined): string {
  const sections = [verb.about];
  if (subverbs !== undefined) sections.push(`Available Commands:\n${subverbLines(subverbs)}`);
  const flags = flagLines(verb.flags);
  if (flags !== "") sections.push(`Options:\n${flags}`);
  sections.push(`Usage:\n  ${command}${verb.usage === "" ? "" : ` ${verb.usage}`}`);
  if (verb.examples !== "") sections.push(`Examples:\n${indent(verb.examples)}`);
  return `${sections.join("\n\n")}\n`;
}

/** What `--help` prints where no verb is named: all of them. */
export function overviewText(verbs: VerbTable): string {
  return `kjob is kubectl with a Kubernetes control plane inside: it runs Jobs on this machine, with no cluster.

Available Commands:
${subverbLines(verbs)}

Usage:
  kubectl [flags] [options]

Use "kubectl <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;
}

/** The verbs with their summaries, in columns. */
export function subverbLines(table: VerbTable): string {
  const width = Math.max(...Object.keys(table).map((name) => name.length));
  return Object.entries(table)
    .map(([name, { summary }]) => `  ${name.padEnd(width)}   ${summary}`)
    .join("\n");
}

/** The flags, each with its default and what it is for. */
export function flagLines(flags: FlagSet): string {
  return Object.entries(flags)
    .filter(([, { isHidden }]) => isHidden !== true)
    .map(([key, flag]) => ({ name: flagName(key), flag }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, flag }) => {
      const written = flag.short === undefined ? `    --${name}` : `-${flag.short}, --${name}`;
      return `    ${written}=${flag.shown}:\n        ${flag.help}`;
    })
    .join("\n\n");
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}
