import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { WebSocketServer } from "ws";
import { badRequest, StatusError } from "../api/meta/status.js";
import type { ApiServer } from "./api-server.js";
import { channelSocket } from "./channel-socket.js";
import { channelProtocols, startChannels } from "./exec-channels.js";
import { type ServerLimits, serverLimits } from "./limits.js";
import { targetOf } from "./request-info.js";
import { failure } from "./responses.js";
import { flowInto } from "./text-stream.js";

export interface ListenOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly certificate: string;
  readonly privateKey: string;
  /** Where they differ from what is usual. */
  readonly limits?: Partial<ServerLimits>;
}

export interface Listening {
  readonly port: number;
  /** Cuts all connections. Resolves when the port is free again. */
  close(): Promise<void>;
}

/** Opens a port for an API server. Rejects where the port cannot be had. */
export async function listen(server: () => ApiServer, options: ListenOptions): Promise<Listening> {
  const limits: ServerLimits = { ...serverLimits, ...options.limits };
  const http = createAdaptorServer({
    fetch: async (request, env) => {
      const { outgoing } = env as HttpBindings;
      return sent(await server().fetch(request), outgoing, limits.answerTimeoutMs);
    },
    hostname: options.host,
    overrideGlobalObjects: false,
    createServer,
    serverOptions: {
      cert: options.certificate,
      key: options.privateKey,
      minVersion: "TLSv1.2",
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    },
  }) as Server;
  http.maxConnections = limits.connectionsMax;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytesMax,
    handleProtocols: (offered) => channelProtocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that goes away in the middle is no reason to stop.
    socket.on("error", () => socket.destroy());
    void upgrade(server(), sockets, { request, socket, head });
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(options.port, options.host, () => resolve());
  });
  return {
    port: (http.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        for (const client of sockets.clients) client.terminate();
        http.closeAllConnections();
      }),
  };
}

/** An answer on its way, where it goes on; any other one is left to the adapter, and has to be read in time. */
function sent(response: Response, outgoing: ServerResponse, timeoutMs: number): Response {
  const hurry = () => outgoing.setTimeout(timeoutMs);
  const sink = () => {
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    return {
      write: (bytes: Uint8Array) => outgoing.write(bytes),
      endSoon: hurry,
      end: () => outgoing.end(),
      cut: () => outgoing.destroy(),
    };
  };
  const stream = response.body === null ? undefined : flowInto(response.body, sink);
  if (stream === undefined) {
    hurry();
    return response;
  }
  outgoing.on("drain", stream.resume);
  outgoing.on("error", stream.close);
  outgoing.on("close", stream.close);
  // The client may have gone while its answer was made.
  if (outgoing.destroyed) stream.close();
  return RESPONSE_ALREADY_SENT;
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Turns a request for exec or attach into a connection of channels, or answers why not. Never rejects. */
async function upgrade(server: ApiServer, sockets: WebSocketServer, { request, socket, head }: Upgrade): Promise<void> {
  try {
    const url = new URL(request.url ?? "/", `https://${request.headers.host ?? "localhost"}`);
    const headers = headersOf(request);
    server.admit(new Request(url, { headers }));
    const target = targetOf(url.pathname);
    if (request.headers.upgrade?.toLowerCase() !== "websocket") {
      throw badRequest("unable to upgrade: kjob serves commands over WebSockets only, not over SPDY");
    }
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
    if (!channelProtocols.some((protocol) => offered.includes(protocol))) {
      throw badRequest(`unable to upgrade: offer one of the protocols ${channelProtocols.join(", ")}`);
    }
    const started = await startChannels(server.context, {
      target,
      query: url.searchParams,
      headers,
    });
    if (socket.destroyed) started.cancel();
    else {
      const { unread } = server.context.streams;
      sockets.handleUpgrade(request, socket, head, (client) => started.connect(channelSocket(client, unread)));
    }
  } catch (error) {
    refuse(socket, error instanceof StatusError ? error : failure("InternalError", String(error)));
  }
}

function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value = []]) =>
      [value].flat().map((each): [string, string] => [name, each]),
    ),
  );
}

function refuse(socket: Duplex, { status }: StatusError): void {
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${status.code} ${status.reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
