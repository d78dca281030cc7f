import type { IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { type ClientOptions, WebSocket } from "ws";
import { impersonationHeaders } from "../api/authorization/access.js";
import type { RemoteTarget } from "./kubeconfig.js";

export interface RemoteRequest {
  readonly method: string;
  /** From the server's root, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the request is the person's own, whoever the others are made for. */
  readonly isOwn?: boolean;
  readonly signal?: AbortSignal;
}

/** Connections to one API server, with its credentials. */
export interface Connection {
  readonly target: RemoteTarget;
  send(request: RemoteRequest): Promise<IncomingMessage>;
  /** A connection for exec and attach; not open yet. */
  webSocket(path: string, protocols: readonly string[], headers: Readonly<Record<string, string>>): WebSocket;
  close(): void;
}

/** How long nothing may come while an answer's head is waited for. */
const answerTimeoutMs = 60_000;

/** `env` is asked for proxies: HTTPS_PROXY and NO_PROXY. */
export function connectionTo(target: RemoteTarget, env: (name: string) => string | undefined): Connection {
  const url = new URL(target.server);
  const tls = tlsOptions(target, url);
  const proxy = proxyFor(target, url, env);
  const agent = new Agent({ keepAlive: true, ...tls });
  const isTls = url.protocol === "https:";
  const own = { ...authorizationOf(target), "user-agent": "kjob" };
  const authorization = { ...own, ...impersonationOf(target) };
  const routed = {
    ...(isTls ? tls : {}),
    ...(proxy === undefined
      ? isTls
        ? { agent }
        : {}
      : { createConnection: throughProxy(proxy, url, isTls ? tls : null) }),
  };
  return {
    target,
    send: ({ method, path, headers = {}, body, isOwn = false, signal }) =>
      new Promise((resolve, reject) => {
        const send = isTls ? requestHttps : requestHttp;
        const address = `${target.server}${path}`;
        const request = send(address, {
          method,
          headers: { ...(isOwn ? own : authorization), ...headers },
          ...routed,
          ...(signal === undefined ? {} : { signal }),
        } as Parameters<typeof requestHttps>[1] & object);
        request.setTimeout(answerTimeoutMs, () => request.destroy(new Error(`no answer from ${url.host}`)));
        request.once("response", (response) => {
          request.setTimeout(0);
          resolve(response);
        });
        request.once("error", (error) => reject(unreachable(url, error)));
        request.end(body);
      }),
    webSocket: (path, protocols, headers) =>
      new WebSocket(`${target.server.replace(/^http/, "ws")}${path}`, [...protocols], {
        headers: { ...authorization, ...headers },
        ...routed,
      } as ClientOptions),
    close: () => agent.destroy(),
  };
}

function tlsOptions(target: RemoteTarget, url: URL): ConnectionOptions {
  const isAddress = /^[\d.]+$|:/.test(url.hostname);
  return {
    rejectUnauthorized: !target.skipsVerification,
    ...(target.certificateAuthority === undefined ? {} : { ca: target.certificateAuthority }),
    ...(target.clientCertificate === undefined ? {} : { cert: target.clientCertificate }),
    ...(target.clientKey === undefined ? {} : { key: target.clientKey }),
    ...(target.serverName === undefined
      ? isAddress
        ? {}
        : { servername: url.hostname }
      : { servername: target.serverName }),
  };
}

function impersonationOf({ impersonate }: RemoteTarget): Readonly<Record<string, string | string[]>> {
  if (impersonate === undefined) return {};
  const headers: Record<string, string[]> = {};
  for (const [name, value] of impersonationHeaders(impersonate)) headers[name] = [...(headers[name] ?? []), value];
  return headers;
}

function authorizationOf({ token, basic }: RemoteTarget): Readonly<Record<string, string>> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (basic === undefined) return {};
  const pair = Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

/** The proxy that a connection goes through: the kubeconfig's own, or the environment's where that does not except the host. */
export function proxyFor(
  { proxyUrl }: Pick<RemoteTarget, "proxyUrl">,
  url: URL,
  env: (name: string) => string | undefined,
): URL | undefined {
  if (proxyUrl !== undefined) return new URL(proxyUrl);
  const named =
    url.protocol === "https:" ? (env("HTTPS_PROXY") ?? env("https_proxy")) : (env("HTTP_PROXY") ?? env("http_proxy"));
  if (!named || isExcepted(url.hostname, env("NO_PROXY") ?? env("no_proxy") ?? "")) return undefined;
  return new URL(named.includes("://") ? named : `http://${named}`);
}

/** @see golang.org/x/net/http/httpproxy: this machine is never reached through a proxy */
function isExcepted(host: string, list: string): boolean {
  if (host === "localhost" || host === "[::1]" || host.startsWith("127.")) return true;
  return list
    .split(",")
    .map((each) => each.trim().replace(/^\*?\./, ""))
    .some((each) => each === "*" || (each !== "" && (host === each || host.endsWith(`.${each}`))));
}

type Connected = (error: Error | null, socket?: Duplex) => void;

function throughProxy(proxy: URL, url: URL, tls: ConnectionOptions | null) {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return (_options: unknown, done: Connected): undefined => {
    const asked = requestHttp({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: "CONNECT",
      path: `${url.hostname}:${port}`,
      headers:
        proxy.username === "" ? {} : { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` },
    });
    asked.once("connect", (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        done(
          new Error(`the proxy ${proxy.host} refused the connection: ${response.statusCode} ${response.statusMessage}`),
        );
        return;
      }
      if (tls === null) done(null, socket);
      else secured(connectTls({ ...tls, socket }), done);
    });
    asked.once("error", (error) => done(error));
    asked.end();
    return undefined;
  };
}

function secured(socket: TLSSocket, done: Connected): void {
  socket.once("secureConnect", () => done(null, socket));
  socket.once("error", (error) => done(error));
}

/** The words of kubectl, so that people find what they mean. @see k8s.io/kubectl/pkg/cmd/util/helpers.go, StandardErrorMessage */
function unreachable(url: URL, error: Error): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "AbortError") return error;
  if (code === "ECONNREFUSED") {
    return new Error(`The connection to the server ${url.host} was refused - did you specify the right host or port?`);
  }
  return new Error(`Unable to connect to the server: ${error.message || code}`);
}
