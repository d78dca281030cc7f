import { type Impersonation, impersonationHeaders } from "../api/authorization/access.js";
import type { Status } from "../api/generated/types.js";
import { StatusError } from "../api/meta/status.js";
import { createApiServer } from "../apiserver/api-server.js";
import { LiveCluster } from "../apiserver/live-cluster.js";
import type { RawMethod } from "../client/api-client.js";
import type { ContainerAccess } from "../cluster/container-access.js";
import type { WorldAccess } from "./loopback-client.js";

/** What the server in this process answers to a request, without a socket. @throws StatusError for what it refuses */
export async function answerRaw(
  access: WorldAccess,
  containers: ContainerAccess,
  {
    method,
    path,
    body,
    impersonate,
  }: {
    readonly method: RawMethod;
    readonly path: string;
    readonly body: string | undefined;
    readonly impersonate: Impersonation | undefined;
  },
): Promise<string> {
  const cluster = new LiveCluster({
    look: () => access.read(),
    write: () => access.write(),
    // What was done is saved, or forgotten, at the end of the command.
    commit: async () => {},
    abandon: async () => {},
  });
  let defect: unknown;
  const server = createApiServer({
    cluster,
    containers,
    token: null,
    hosts: null,
    clock: {
      isVirtual: false,
      advance: async () => {
        throw new StatusError("BadRequest", "the clock is moved with kjob clock");
      },
      pass: async () => {
        throw new StatusError("BadRequest", "the clock is moved with kjob clock");
      },
    },
    onDefect: (error) => {
      defect = error;
    },
  });
  const request = new Request(`http://kjob${path}`, {
    method,
    headers: [
      ["accept", "application/json"],
      ...(body === undefined ? [] : ([["content-type", contentType(body)]] as [string, string][])),
      ...((impersonate === undefined ? [] : impersonationHeaders(impersonate)) as [string, string][]),
    ],
    ...(body === undefined ? {} : { body }),
  });
  const response = await server.fetch(request);
  const text = await response.text();
  await cluster.settled();
  if (defect !== undefined) throw defect;
  if (response.ok) return text;
  throw statusErrorOf(response.status, text);
}

function contentType(body: string): string {
  return body.trimStart().startsWith("{") ? "application/json" : "application/yaml";
}

function statusErrorOf(code: number, text: string): StatusError {
  try {
    const { reason, message, details } = JSON.parse(text) as Status;
    return new StatusError(reason as ConstructorParameters<typeof StatusError>[0], message ?? text, details);
  } catch {
    return new StatusError(code === 404 ? "NotFound" : "BadRequest", text);
  }
}
