/** Where a client connects to, from a connection string and its options. */
export interface Target {
  readonly hosts: readonly { readonly name: string; readonly port: number }[];
  /** The one name whose SRV records give the hosts. */
  readonly srv: boolean;
  readonly database: string | null;
  readonly options: ReadonlyMap<string, string>;
  /** As the shell shows it. */
  readonly text: string;
}

export class UriError extends Error {}

const defaultPort = 27017;

/**
 * Parses `mongodb://…` and `mongodb+srv://…`, and what mongosh takes for them: `database`, `host:port`, `host/database`.
 * @throws UriError
 */
export function parseTarget(text: string): Target {
  const scheme = /^mongodb(\+srv)?:\/\//.exec(text);
  const full = scheme ? text : shorthand(text);
  const srv = full.startsWith("mongodb+srv://");
  const [, rest = ""] = /^mongodb(?:\+srv)?:\/\/(.*)$/s.exec(full) ?? [];
  const [, authority = "", path = "", query = ""] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const hostText = authority.slice(authority.lastIndexOf("@") + 1);
  if (hostText === "") throw new UriError("Invalid connection string");
  const hosts = hostText.split(",").map((host) => parseHost(host, srv));
  if (srv && hosts.length > 1) throw new UriError("mongodb+srv URI cannot have multiple service names");
  const options = new Map<string, string>();
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0) options.set(pair.slice(0, equals).toLowerCase(), decodeURIComponent(pair.slice(equals + 1)));
  }
  return { hosts, srv, database: path === "" ? null : decodeURIComponent(path), options, text: full };
}

function shorthand(text: string): string {
  if (text === "") return `mongodb://127.0.0.1:${defaultPort}/`;
  const [host = "", database = ""] = text.split("/");
  if (text.includes("/") || /[.:]/.test(text) || text === "localhost") {
    return `mongodb://${host.includes(":") ? host : `${host}:${defaultPort}`}/${database}`;
  }
  return `mongodb://127.0.0.1:${defaultPort}/${text}`;
}

function parseHost(text: string, srv: boolean): { readonly name: string; readonly port: number } {
  const [, name = "", port] = /^([^:]*)(?::(\d+))?$/.exec(text) ?? [];
  if (name === "") throw new UriError(`Invalid host: ${text}`);
  if (srv && port !== undefined) throw new UriError("mongodb+srv URI cannot have port number");
  if (srv && name.split(".").length < 3) throw new UriError("URI must include hostname, domain name, and tld");
  return { name, port: port === undefined ? defaultPort : Number(port) };
}
