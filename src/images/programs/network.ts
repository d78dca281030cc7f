/** nslookup, and the refusals of programs that need a network kjob does not have. ping has its own file. */
import type { Program, Step } from "../../container/program.js";
import { type Applet, applet, UsageFailure } from "../applet.js";

/** The cluster's name server, from /etc/resolv.conf. */
function nameServer(self: Applet): string {
  const { files } = self.process;
  const text = files.exists("/etc/resolv.conf") ? files.read("/etc/resolv.conf") : "";
  return /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? "10.96.0.10";
}

export const nslookup = applet("nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]", function* (self) {
  const words = self.args.filter((word) => !word.startsWith("-"));
  const [name, server = nameServer(self)] = words;
  if (name === undefined) throw new UsageFailure();
  yield* self.print(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const type = /^-(?:type|q(?:uerytype)?)=(\w+)$/i.exec(self.args.find((word) => /^-(type|q)/i.test(word)) ?? "")?.[1];
  if (type?.toLowerCase() === "srv") return yield* services(self, name);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return yield* reverse(self, name);
  const addresses = self.process.resolve(name);
  if (!addresses) {
    yield* self.print(`** server can't find ${name}: NXDOMAIN\n\n`);
    if (type === undefined) yield* self.print(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  yield* self.print(`${addresses.map((address) => `Name:\t${name}\nAddress: ${address}\n`).join("")}\n`);
  // The second answer, of the query for IPv6 addresses, is empty.
  if (type === undefined) yield* self.print("\n");
  return 0;
});

function* services(self: Applet, name: string): Step<number> {
  const records = self.process.resolveService(name);
  if (!records) {
    yield* self.print(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  yield* self.print(records.map(({ target, port }) => `${name}\tservice = 0 100 ${port} ${target}\n`).join(""));
  yield* self.print("\n");
  return 0;
}

function* reverse(self: Applet, ip: string): Step<number> {
  const question = `${ip.split(".").reverse().join(".")}.in-addr.arpa`;
  const name = self.process.reverse(ip);
  if (name === null) {
    yield* self.print(`** server can't find ${question}: NXDOMAIN\n\n`);
    return 1;
  }
  yield* self.print(`${question}\tname = ${name}\n\n`);
  return 0;
}

/** A program that would need a network kjob does not simulate: says so and fails. */
export function refused(name: string): Program {
  return function* (process) {
    yield* process.err(
      `${name}: kjob simulates no network connections: containers have DNS and ping, but nothing to connect to\n`,
    );
    return 1;
  };
}
