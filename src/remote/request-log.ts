import type { IncomingHttpHeaders } from "node:http";
import type { Connection } from "./connection.js";

/** From here on something is told: requests, then what they say beside their URL, then what answers do. */
export const requestLogLevels = { requests: 6, requestHeaders: 7, answerHeaders: 8 } as const;

export interface RequestLog {
  /** `-v`. */
  readonly level: number;
  readonly write: (line: string) => void;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Minutes east of UTC: lines tell local time. */
  readonly timezoneOffset: (at: number) => number;
  readonly processId: number;
}

/**
 * The same connection, which tells of its requests in the lines that kubectl's `-v` is known for. Credentials are masked.
 * @see kubernetes v1.36 staging/src/k8s.io/client-go/transport/round_trippers.go, debuggingRoundTripper
 */
export function loggedConnection(connection: Connection, log: RequestLog): Connection {
  const { level } = log;
  const tell = (lineNumber: number, message: string, facts: readonly (string | false)[]) => {
    const shown = facts.filter((fact) => fact !== false).join(" ");
    log.write(`${lineHead(log, lineNumber)}] ${JSON.stringify(message)} ${shown}\n`);
  };
  const begin = (verb: string, path: string, headers: IncomingHttpHeaders) => {
    const target = `verb=${JSON.stringify(verb)} url=${JSON.stringify(connection.target.server + path)}`;
    const startMs = log.now();
    const hasRequestLine = level >= requestLogLevels.requestHeaders;
    if (hasRequestLine) tell(527, "Request", [target, headersFact(headers)]);
    return (status: string, answerHeaders: IncomingHttpHeaders) =>
      tell(632, "Response", [
        !hasRequestLine && target,
        `status=${JSON.stringify(status)}`,
        level >= requestLogLevels.answerHeaders && headersFact(answerHeaders),
        `milliseconds=${Math.round(log.now() - startMs)}`,
      ]);
  };
  return {
    ...connection,
    send: async (request) => {
      const end = begin(request.method, request.path, request.headers ?? {});
      try {
        const answer = await connection.send(request);
        end(`${answer.statusCode} ${answer.statusMessage}`, answer.headers);
        return answer;
      } catch (error) {
        end("", {});
        throw error;
      }
    },
    webSocket: (path, protocols, headers) => {
      const end = begin("GET", path, headers);
      const socket = connection.webSocket(path, protocols, headers);
      socket.once("upgrade", (answer) => end(`${answer.statusCode} ${answer.statusMessage}`, answer.headers));
      socket.once("unexpected-response", (_request, answer) =>
        end(`${answer.statusCode} ${answer.statusMessage}`, answer.headers),
      );
      return socket;
    },
  };
}

/** `I1122 10:15:40.123456   12345 round_trippers.go:632`: klog's. */
function lineHead({ now, timezoneOffset, processId }: RequestLog, lineNumber: number): string {
  const at = now();
  const [date = "", time = ""] = new Date(at + timezoneOffset(at) * 60_000).toISOString().split("T");
  const day = date.slice(5).replace("-", "");
  return `I${day} ${time.slice(0, 12)}000 ${String(processId).padStart(7)} round_trippers.go:${lineNumber}`;
}

function headersFact(headers: IncomingHttpHeaders): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `\t${name}: ${name === "Authorization" ? "Bearer <masked>" : String(value)}\n`);
  return `headers=<\n${lines.join("")} >`;
}
