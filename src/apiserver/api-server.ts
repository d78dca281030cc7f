import { createHash, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Hono } from "hono";
import type { Status } from "../api/generated/types.js";
import { StatusError } from "../api/meta/status.js";
import type { ContainerAccess } from "../cluster/container-access.js";
import { versionInfo } from "../cluster/version-info.js";
import { printYaml } from "../printers/yaml.js";
import type { Answer, ApiContext } from "./api-context.js";
import { objectBody } from "./bodies.js";
import { type ClusterClock, clockHeaders, moveClock, showClock } from "./cluster-clock.js";
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions, servedPaths } from "./discovery.js";
import { serverLimits } from "./limits.js";
import type { LiveCluster } from "./live-cluster.js";
import { type Accepted, negotiate, notAcceptable } from "./negotiation.js";
import { handleObjects } from "./object-verbs.js";
import { OpenStreams } from "./open-streams.js";
import { OpenApiDocuments } from "./openapi.js";
import { openApiProtobufType } from "./openapi-protobuf.js";
import { targetOf } from "./request-info.js";
import { authorize, requestUser } from "./request-user.js";
import {
  failure,
  jsonResponse,
  noSuchResource,
  prettyResponse,
  statusResponse,
  textResponse,
  wantsPretty,
  warningHeader,
} from "./responses.js";
import { isReviewPath, reviewed, reviewKind } from "./reviews.js";
import { handleSubresource } from "./subresources.js";

export interface ApiServerOptions {
  readonly cluster: LiveCluster;
  readonly containers: ContainerAccess;
  /** What a client has to send as its bearer token; null asks for none. */
  readonly token: string | null;
  /** The names and addresses by which clients may call the server, with port; null: whatever they say. */
  readonly hosts: ReadonlySet<string> | null;
  readonly clock: ClusterClock;
  /** Told of defects; the client is told that there was one. */
  readonly onDefect: (error: unknown, request: Request) => void;
}

/** A Kubernetes API server: answers requests, and knows no sockets. */
export interface ApiServer {
  fetch(request: Request): Promise<Response>;
  readonly context: ApiContext;
  /** Throws where a request may not come in: for those that are answered elsewhere. @throws StatusError */
  admit(request: Request): void;
}

const health = new Set(["/healthz", "/readyz", "/livez"]);

/** Makes the server of a cluster. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const context: ApiContext = {
    cluster: options.cluster,
    containers: options.containers,
    clock: options.clock,
    streams: new OpenStreams({
      streamsMax: serverLimits.streamsMax,
      unreadBytesMax: serverLimits.unreadBytesAllMax,
    }),
  };
  const app = new Hono();
  addRoutes(app, context);
  app.notFound(({ req }) => statusResponse(noSuchResource().status, req.raw));
  app.onError((error, { req }) => answerTo(error, req.raw, options));
  const admit = admission(options);
  return {
    context,
    admit,
    async fetch(request) {
      try {
        admit(request);
      } catch (error) {
        return answerTo(error, request, options);
      }
      return withTime(await compressed(request, await app.fetch(request)), options);
    },
  };
}

function addRoutes(app: Hono, context: ApiContext): void {
  const { cluster } = context;
  for (const path of health) {
    const answer = async (text: string) => {
      await cluster.read(() => {});
      return textResponse(text, "text/plain; charset=utf-8", 200, { "x-content-type-options": "nosniff" });
    };
    app.get(path, ({ req }) =>
      answer(req.query("verbose") === undefined ? "ok" : `[+]ping ok\n${path.slice(1)} check passed\n`),
    );
    app.get(`${path}/ping`, () => answer("ok"));
  }
  app.get("/version", async () => {
    // People read this answer, whoever asks.
    const version = await cluster.read((world) => versionInfo(world.version));
    return prettyResponse(version);
  });
  addDiscoveryRoutes(app);
  addOpenApiRoutes(app, cluster);
  app.post("/kjob/clock", ({ req }) => moveClock(context, req.raw));
  app.get("/kjob/clock", () => showClock(context));
  for (const path of ["/api/:version/*", "/apis/:group/:version/*"]) {
    app.all(path, ({ req }) => answerResource(context, req.raw));
  }
}

function addDiscoveryRoutes(app: Hono): void {
  for (const root of ["api", "apis"] as const) {
    app.get(`/${root}`, ({ req }) => {
      const accepted = negotiate(req.header("accept") ?? null);
      if (accepted.isAggregated) {
        const type = `application/json;g=apidiscovery.k8s.io;v=${accepted.version};as=APIGroupDiscoveryList`;
        return textResponse(JSON.stringify(aggregated(root, accepted.version)), type);
      }
      const { host } = new URL(req.url);
      return rendered({ value: root === "api" ? apiVersions(host) : apiGroupList() }, accepted, req.raw);
    });
  }
  const show = (found: unknown, { raw }: { readonly raw: Request }) => {
    if (found === undefined) throw noSuchResource();
    return rendered({ value: found }, negotiate(raw.headers.get("accept")), raw);
  };
  app.get("/api/:version", ({ req }) => show(apiResourceList(req.param("version")), req));
  app.get("/apis/:group/:version", ({ req }) =>
    show(apiResourceList(`${req.param("group")}/${req.param("version")}`), req),
  );
  app.get("/apis/:group", ({ req }) => show(apiGroup(req.param("group")), req));
  app.get("/", () => prettyResponse({ paths: [...servedPaths(), ...health].sort() }));
}

function addOpenApiRoutes(app: Hono, cluster: LiveCluster): void {
  let documents: OpenApiDocuments | undefined;
  const all = async () => {
    documents ??= new OpenApiDocuments(await cluster.read((world) => world.version));
    return documents;
  };
  app.get("/openapi/v3", async () => jsonResponse((await all()).index()));
  app.get("/openapi/v3/*", async ({ req }) => {
    const found = (await all()).document(new URL(req.url).pathname.slice("/openapi/v3/".length));
    if (found === undefined) throw noSuchResource();
    return textResponse(found.text, "application/json", 200, { etag: `"${found.hash}"` });
  });
  app.get("/openapi/v2", async ({ req }) => {
    const accept = req.header("accept") ?? "";
    if (accept.includes("proto-openapi.spec.v2") && !accept.includes("json")) {
      const body = (await all()).swaggerProtobuf() as Uint8Array<ArrayBuffer>;
      return new Response(body, { headers: { "content-type": openApiProtobufType } });
    }
    if (accept.includes("proto") && !accept.includes("json")) throw notAcceptable("application/json");
    return textResponse((await all()).swagger(), "application/json");
  });
}

async function answerResource(context: ApiContext, raw: Request): Promise<Response> {
  const url = new URL(raw.url);
  const accepted = negotiate(raw.headers.get("accept"));
  if (raw.method === "POST" && isReviewPath(url.pathname)) {
    const { object } = await objectBody(raw, reviewKind(url.pathname));
    return rendered({ value: reviewed(url.pathname, object, requestUser(raw.headers)), status: 201 }, accepted, raw);
  }
  const target = targetOf(url.pathname);
  const request = { method: raw.method, target, query: url.searchParams, accepted, raw };
  const handle = target.subresource === "" ? handleObjects : handleSubresource;
  return rendered(await handle(context, request), accepted, raw);
}

function rendered(answer: Answer, accepted: Accepted, request: Request): Response {
  if (answer instanceof Response) return answer;
  const { value, status = 200, warnings = [] } = answer;
  const response =
    accepted.format === "yaml"
      ? textResponse(printYaml(value), "application/yaml", status)
      : wantsPretty(request)
        ? prettyResponse(value, status)
        : jsonResponse(value, status);
  for (const warning of warnings) response.headers.append("warning", warningHeader(warning));
  return response;
}

/** Who may come in: those who call the server by its own name, with its token; anybody may ask for its health. */
function admission({ token, hosts }: ApiServerOptions): (request: Request) => void {
  const wanted = token === null ? null : digest(`Bearer ${token}`);
  return (request) => {
    const url = new URL(request.url);
    // A page of another site that had its name point here would call by that name.
    if (hosts !== null && !hosts.has(url.host.toLowerCase())) {
      throw failure("Forbidden", `forbidden: the host ${JSON.stringify(url.host)} is not this server's`, {});
    }
    if (health.has(url.pathname)) return;
    const given = digest(request.headers.get("authorization") ?? "");
    if (wanted !== null && !timingSafeEqual(given, wanted)) throw failure("Unauthorized", "Unauthorized");
    authorize(request, url);
  };
}

/** Of one length whatever the text: comparing takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function answerTo(error: unknown, request: Request, options: ApiServerOptions): Response {
  if (error instanceof StatusError) return statusResponse(blamed(error.status), request);
  options.onDefect(error, request);
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return statusResponse(failure("InternalError", message).status, request);
}

/**
 * What a request did wrong without a reason that the API has a word for. Kubernetes answers 500, as if the server had
 * failed; the words are the same here, and the code says whose fault it is.
 */
function blamed(status: Status): Status {
  return status.code === 500 && status.reason === undefined ? { ...status, code: 400 } : status;
}

/** Clients of kjob's own tell by it how old things are. */
function withTime(response: Response, { cluster, clock }: ApiServerOptions): Response {
  response.headers.set(clockHeaders.time, new Date(cluster.nowMs).toISOString());
  // Nothing of a cluster is as it was when it is asked for again.
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-cache, private");
  response.headers.set(clockHeaders.mode, clock.isVirtual ? "virtual" : "real");
  return response;
}

const gzipped = promisify(gzip);

/** Large answers in one piece are compressed for those who take it; streams never are. */
async function compressed(request: Request, response: Response): Promise<Response> {
  const takesGzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (!takesGzip || !isWhole(response)) return response;
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set("vary", "Accept-Encoding");
  if (bytes.length < serverLimits.gzipBytesMin) return new Response(bytes, { status: response.status, headers });
  headers.set("content-encoding", "gzip");
  return new Response(await gzipped(bytes, { level: 1 }), { status: response.status, headers });
}

function isWhole({ headers }: Response): boolean {
  return !(headers.get("cache-control") ?? "").includes("no-cache");
}
