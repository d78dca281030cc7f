/** What machine this is, and what time it has been up: hostname, uname, nproc, uptime, free, df, tty, sync. */
import { applet, Failure, type Options, UsageFailure } from "../applet.js";
import { humanSize } from "../numbers.js";
import { formatTime, zoneOf } from "./calendar.js";

export const hostname = applet("hostname [-sidf] [HOSTNAME | -F FILE]", function* (self) {
  const options = self.options("dfisF:vI", { fqdn: "f", long: "f", short: "s", domain: "d", "ip-address": "i" });
  if (options.operands.length > 0 || options.has("F")) throw new Failure("sethostname: Operation not permitted");
  const { hostname: name, fqdn, ip } = self.process;
  const dot = fqdn.indexOf(".");
  if (options.has("f")) yield* self.print(`${fqdn}\n`);
  else if (options.has("s")) yield* self.print(`${name.split(".", 1)[0]}\n`);
  else if (options.has("d")) yield* self.print(dot < 0 ? "\n" : `${fqdn.slice(dot + 1)}\n`);
  else if (options.has("i")) yield* self.print(`${ip}\n`);
  else yield* self.print(`${name}\n`);
  return 0;
});

export const dnsdomainname = applet("dnsdomainname", function* (self) {
  const dot = self.process.fqdn.indexOf(".");
  yield* self.print(dot < 0 ? "\n" : `${self.process.fqdn.slice(dot + 1)}\n`);
  return 0;
});

const kernelRelease = "6.8.0-generic";
const kernelVersion = "#1 SMP PREEMPT_DYNAMIC";

export const uname = applet("uname [-amnrspvio]", function* (self) {
  const options = self.options("snrvmpioa");
  if (options.operands.length > 0) throw new UsageFailure();
  const fields: readonly (readonly [string, string])[] = [
    ["s", "Linux"],
    ["n", self.process.hostname],
    ["r", kernelRelease],
    ["v", kernelVersion],
    ["m", "x86_64"],
    ["p", "unknown"],
    ["i", "unknown"],
    ["o", "GNU/Linux"],
  ];
  const all = options.has("a");
  const chosen = fields.filter(([letter]) => (all ? letter !== "p" && letter !== "i" : options.has(letter)));
  yield* self.print(`${(chosen.length > 0 ? chosen : fields.slice(0, 1)).map(([, text]) => text).join(" ")}\n`);
  return 0;
});

export const arch = applet("arch", function* (self) {
  yield* self.print("x86_64\n");
  return 0;
});

/** Processors and memory of a simulated node, as its programs see them. */
const processors = 2;
const memoryKiB = 4_028_440;
const diskKiB = 61_202_244;

export const nproc = applet("nproc [--all] [--ignore=N]", function* (self) {
  const options = self.options("ai:", { all: "a", ignore: "i" });
  const ignored = Number(options.get("i") ?? 0);
  yield* self.print(`${Math.max(1, processors - ignored)}\n`);
  return 0;
});

export const uptime = applet("uptime", function* (self) {
  const { process } = self;
  const started = process.processes().find((info) => info.pid === 1)?.startMs ?? process.nowMs();
  const minutes = Math.floor((process.nowMs() - started) / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const day = days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : "";
  const rest =
    hours > 0 ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes % 60} min`;
  const time = formatTime("%H:%M:%S", process.nowMs(), zoneOf(process.env.get("TZ")));
  yield* self.print(` ${time} up ${day}${rest},  0 users,  load average: 0.00, 0.00, 0.00\n`);
  return 0;
});

function unitOf(options: Options): (kibibytes: number) => string {
  if (options.has("h")) return (kibibytes) => humanSize(kibibytes * 1024);
  if (options.has("b")) return (kibibytes) => String(kibibytes * 1024);
  const divisor = options.has("m") ? 1024 : options.has("g") ? 1_048_576 : 1;
  return (kibibytes) => String(Math.floor(kibibytes / divisor));
}

export const free = applet("free [-bkmgh]", function* (self) {
  const show = unitOf(self.options("bkmghs:"));
  const used = Math.floor(memoryKiB / 4);
  const cache = Math.floor(memoryKiB / 2);
  const unused = memoryKiB - used - cache;
  const row = (name: string, numbers: readonly number[]): string =>
    `${name.padEnd(5)}${numbers
      .map((number) => show(number).padStart(13))
      .join("")
      .slice(0)}\n`;
  yield* self.print(
    "              total        used        free      shared  buff/cache   available\n" +
      row("Mem:", [memoryKiB, used, unused, 0, cache, unused + cache]).replace(/^Mem: {2}/, "Mem: ") +
      row("Swap:", [0, 0, 0]),
  );
  return 0;
});

export const df = applet("df [-PkmhTa] [-t TYPE] [FILESYSTEM]...", function* (self) {
  const options = self.options("PkmhTaB:t:");
  const unit = options.has("h")
    ? "Size"
    : options.has("m")
      ? "1M-blocks"
      : options.has("P")
        ? "1024-blocks"
        : "1K-blocks";
  const used = Math.floor(diskKiB / 5);
  const show = (kibibytes: number): string =>
    options.has("h") ? humanSize(kibibytes * 1024) : String(Math.round(kibibytes / (options.has("m") ? 1024 : 1)));
  const place = options.has("h") ? 9 : 10;
  yield* self.print(
    `Filesystem           ${unit.padStart(place)} ${"Used".padStart(place - 1)} Available Use% Mounted on\n`,
  );
  yield* self.print(
    `${"overlay".padEnd(20)} ${show(diskKiB).padStart(place)}${show(used).padStart(place)}${show(diskKiB - used).padStart(10)}  20% /\n`,
  );
  return 0;
});

export const tty = applet("tty [-s]", function* (self) {
  const options = self.options("s");
  const terminal = self.process.isTerminal(0);
  if (!options.has("s")) yield* self.print(terminal ? "/dev/pts/0\n" : "not a tty\n");
  return terminal ? 0 : 1;
});

// biome-ignore lint/correctness/useYield: there is nothing to write back, and so nothing to wait for.
export const sync = applet("sync [-df] [FILE]...", function* (self) {
  self.options("df");
  return 0;
});
