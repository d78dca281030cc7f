import type { Probe } from "../../api/generated/types.js";

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3` */
export function describeProbe(probe: Probe): string {
  const timing = [
    `delay=${probe.initialDelaySeconds ?? 0}s`,
    `timeout=${probe.timeoutSeconds ?? 0}s`,
    `period=${probe.periodSeconds ?? 0}s`,
    `#success=${probe.successThreshold ?? 0}`,
    `#failure=${probe.failureThreshold ?? 0}`,
  ].join(" ");
  return `${describeAction(probe)} ${timing}`;
}

function describeAction({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) {
    return `exec [${(exec.command ?? []).join(" ")}]`;
  }
  if (httpGet !== undefined) {
    const host = httpGet.host ?? "";
    const { path = "" } = httpGet;
    const place = `${host.includes(":") ? `[${host}]` : host}:${httpGet.port}`;
    const slash = path === "" || path.startsWith("/") ? "" : "/";
    return `http-get ${(httpGet.scheme ?? "").toLowerCase()}://${place}${slash}${encodeURI(path)}`;
  }
  if (tcpSocket !== undefined) {
    return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port}`;
  }
  return grpc === undefined ? "unknown" : `grpc <pod>:${grpc.port} ${grpc.service ?? ""}`;
}
