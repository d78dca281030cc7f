import type { Json } from "../../container/journal.js";
import { type Process, type Step, SystemError } from "../../container/program.js";
import type { Target } from "./uri.js";

/** Why no server was found, in a driver's words. */
interface ConnectFailure {
  readonly name: string;
  readonly message: string;
}

interface Host {
  readonly name: string;
  readonly port: number;
}

type Reply = { readonly [key: string]: Json };

/** Milliseconds between two looks at servers while none is suitable. */
const retryMs = 500;

/** What a driver knows of the servers, and a way to send them commands. */
export class Connection {
  readonly #process: Process;
  readonly #target: Target;
  /** One server is meant, whatever its role. */
  readonly isDirect: boolean;
  #hosts: readonly Host[] = [];
  /** Where commands go. */
  #server: Host | null = null;
  /** What is wrong with the servers that were asked last. */
  #trouble = "";

  constructor(process: Process, target: Target) {
    this.#process = process;
    this.#target = target;
    const direct = target.options.get("directconnection");
    this.isDirect =
      direct === undefined
        ? !target.srv && target.hosts.length === 1 && !target.options.has("replicaset")
        : direct === "true";
  }

  get server(): string {
    return this.#server === null ? "" : `${this.#server.name}:${this.#server.port}`;
  }

  /** Looks for a server that takes what this client sends, for as long as drivers do. */
  *connect(timeoutMs: number): Step<ConnectFailure | null> {
    const untilMs = this.#process.nowMs() + timeoutMs;
    for (;;) {
      if (this.select()) return null;
      if (this.#process.nowMs() >= untilMs) return this.#failure(timeoutMs);
      yield* this.#process.sleep(Math.min(retryMs, untilMs - this.#process.nowMs()));
    }
  }

  #failure(timeoutMs: number): ConnectFailure {
    const message = this.#trouble || `Server selection timed out after ${timeoutMs} ms`;
    return { name: this.isDirect && this.#trouble !== "" ? "MongoNetworkError" : "MongoServerSelectionError", message };
  }

  /** Asks the servers who they are; whether there is one to send to. */
  select(): boolean {
    this.#server = null;
    this.#trouble = "";
    if (!this.#find()) return false;
    if (this.#usesTls()) {
      this.#trouble = "Client network socket disconnected before secure TLS connection was established";
      return false;
    }
    const seen = new Set<string>();
    const queue = [...this.#hosts];
    for (let host = queue.shift(); host !== undefined; host = queue.shift()) {
      const key = `${host.name}:${host.port}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const hello = this.#ask(host, { hello: 1 });
      if (hello === null) continue;
      if (this.isDirect || hello.isWritablePrimary === true) {
        this.#server = host;
        return true;
      }
      if (Array.isArray(hello.hosts)) queue.push(...hello.hosts.map((text) => hostOf(String(text))));
    }
    if (seen.size > 1) this.#trouble = "";
    return false;
  }

  #find(): boolean {
    const { hosts, srv } = this.#target;
    if (!srv) {
      this.#hosts = hosts;
      return true;
    }
    const name = hosts[0]?.name ?? "";
    const service = this.#target.options.get("srvservicename") ?? "mongodb";
    const records = this.#process.resolveService(`_${service}._tcp.${name}`);
    if (records === null) {
      this.#trouble = `querySrv ENOTFOUND _${service}._tcp.${name}`;
      return false;
    }
    this.#hosts = records.map(({ target, port }) => ({ name: target, port }));
    return true;
  }

  #usesTls(): boolean {
    const { options, srv } = this.#target;
    return (options.get("tls") ?? options.get("ssl") ?? (srv ? "true" : "false")) === "true";
  }

  #ask(host: Host, command: Reply): Reply | null {
    try {
      return this.#send(host, { db: "admin", command, secondaryOk: true });
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return null;
    }
  }

  #send(host: Host, message: Json): Reply {
    const [ip] = this.#process.resolve(host.name) ?? [];
    if (ip === undefined) {
      this.#trouble ||= `getaddrinfo ENOTFOUND ${host.name}`;
      throw new SystemError("EHOSTUNREACH");
    }
    try {
      return this.#process.request(ip, host.port, message) as Reply;
    } catch (error) {
      if (error instanceof SystemError) this.#trouble ||= `connect ${error.errno} ${ip}:${host.port}`;
      throw error;
    }
  }

  /** One command; once more where the server has gone or is no longer the primary. */
  command(db: string, command: Reply): Reply | { readonly failure: string } {
    const preference = this.#target.options.get("readpreference") ?? "primary";
    const message = { db, command, secondaryOk: this.isDirect || preference !== "primary" };
    for (let attempt = 0; attempt < 2; attempt++) {
      if (this.#server === null && !this.select()) break;
      const server = this.#server;
      if (server === null) break;
      try {
        const reply = this.#send(server, message);
        if (reply.ok === 1 || this.isDirect || reply.codeName !== "NotWritablePrimary") return reply;
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
      }
      this.#server = null;
    }
    return { failure: this.#trouble || "Server selection timed out after 30000 ms" };
  }
}

function hostOf(text: string): Host {
  const colon = text.lastIndexOf(":");
  return { name: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
