import { StatusError } from "../api/meta/status.js";
import { ConfigurationError, ExitError, SeveralErrors, UsageError } from "./errors.js";

/** What is printed on standard error for a failure, and the exit status it gives. */
export interface PrintedError {
  /** With its newline; "" for nothing. */
  readonly text: string;
  readonly exitStatus: number;
}

/**
 * Puts a failure into kubectl's words. `command` is the command with its subcommands, as its usage names it.
 * What is none of the errors a person or a server can cause is a defect of ours and is thrown on.
 * @see kubernetes v1.36 staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go, checkErr
 */
export function printError(error: unknown, command: string): PrintedError {
  if (error instanceof ExitError) return { text: withNewline(error.message), exitStatus: error.exitStatus };
  if (error instanceof StatusError && error.reason === "Invalid") return failure(invalidText(error));
  if (error instanceof ConfigurationError) return failure(`Error in configuration: ${error.message}`);
  if (error instanceof SeveralErrors) return failure(error.errors.map(textWithoutPrefix).join("\n"));
  if (error instanceof UsageError) return failure(withErrorPrefix(error.message) + pointerText(error, command));
  if (error instanceof StatusError) return failure(statusText(error));
  // A message that says what could not be read, parsed or reached comes as a plain Error; a TypeError and its like are bugs.
  if (error instanceof Error && !isDefect(error)) return failure(withErrorPrefix(error.message));
  throw error;
}

function failure(text: string): PrintedError {
  return { text: withNewline(text), exitStatus: 1 };
}

function isDefect(error: Error): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error.name === "AssertionError"
  );
}

function textWithoutPrefix(error: Error): string {
  return error instanceof StatusError ? statusText(error) : error.message;
}

function statusText({ status, message }: StatusError): string {
  const { reason } = status;
  if (reason === "Unauthorized") return `error: You must be logged in to the server (${status.message ?? ""})`;
  return reason === undefined || reason === ""
    ? `Error from server: ${message}`
    : `Error from server (${reason}): ${message}`;
}

/** Several causes become a list; a server that names neither object nor cause is quoted. */
function invalidText({ status }: StatusError): string {
  const { details, message = "" } = status;
  let head = "The request is invalid";
  if (details === undefined) return message === "" ? head : `${head}: ${message}`;
  const causes = details.causes ?? [];
  if ((details.kind ?? "") !== "" || (details.name ?? "") !== "") {
    head = `The ${details.kind ?? ""} ${JSON.stringify(details.name ?? "")} is invalid`;
  } else if (message !== "" && causes.length === 0) {
    head += `: ${message}`;
  }
  const texts = [...new Set(causes.map(({ field = "", message: text = "" }) => `${field}: ${text}`))];
  if (texts.length === 0) return head;
  return texts.length === 1 ? `${head}: ${texts[0]}` : `${head}: \n${texts.map((text) => `* ${text}`).join("\n")}`;
}

function pointerText({ pointer }: UsageError, command: string): string {
  switch (pointer) {
    case "none":
    case "help":
      return "";
    case "usage":
      return `\nSee '${command} --help' for usage.`;
    case "examples":
      return `\nSee '${command} -h' for help and examples`;
  }
}

function withErrorPrefix(message: string): string {
  return message.startsWith("error: ") ? message : `error: ${message}`;
}

function withNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
