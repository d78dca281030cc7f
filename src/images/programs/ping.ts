import type { Step } from "../../container/program.js";
import { SIGINT } from "../../container/signals.js";
import { type Applet, applet, Failure, UsageFailure } from "../applet.js";
import { durationMs, wholeNumber } from "../numbers.js";

/** The time to live of a packet at its start. */
const hopsMax = 64;

interface Run {
  readonly self: Applet;
  readonly host: string;
  readonly ip: string;
  readonly quiet: boolean;
  readonly times: number[];
  sent: number;
  interrupted: boolean;
}

export const ping = applet("ping [OPTIONS] HOST", function* (self) {
  const options = self.options("46c:s:t:w:W:I:np:qi:A");
  const [host] = options.operands;
  if (host === undefined || options.operands.length !== 1) throw new UsageFailure();
  const count = options.has("c") ? wholeNumber(options.get("c") ?? "", 0) : 0;
  const size = wholeNumber(options.get("s") ?? "56", 0, 65_535);
  const intervalMs = options.has("A") ? 0 : durationMs(options.get("i") ?? "1");
  const deadlineSeconds = wholeNumber(options.get("w") ?? "0", 0);
  const lingerSeconds = wholeNumber(options.get("W") ?? "10", 0);
  const ip = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host : self.process.resolve(host)?.[0];
  if (ip === undefined) throw new Failure(`bad address '${host}'`);
  const run: Run = { self, host, ip, quiet: options.has("q"), times: [], sent: 0, interrupted: false };
  self.process.onSignal(SIGINT, () => {
    run.interrupted = true;
  });
  yield* self.process.out(`PING ${host} (${ip}): ${size} data bytes\n`);
  yield* sendAll(run, { count, size, intervalMs, deadlineSeconds, lingerSeconds });
  yield* self.process.out(statistics(run));
  return run.times.length > 0 ? 0 : 1;
});

interface Plan {
  /** 0: without end. */
  readonly count: number;
  readonly size: number;
  readonly intervalMs: number;
  /** 0: none. */
  readonly deadlineSeconds: number;
  readonly lingerSeconds: number;
}

function* sendAll(run: Run, plan: Plan): Step<void> {
  const { self, ip } = run;
  const { process } = self;
  const startMs = process.nowMs();
  const endMs = plan.deadlineSeconds > 0 ? startMs + plan.deadlineSeconds * 1000 : Number.POSITIVE_INFINITY;
  for (let sequence = 0; !run.interrupted; sequence += 1) {
    run.sent += 1;
    const echo = process.ping(ip);
    if (echo !== null) {
      const { roundTripMs, hops } = echo;
      run.times.push(roundTripMs);
      if (!run.quiet) {
        const bytes = plan.size + 8;
        yield* process.out(
          `${bytes} bytes from ${ip}: seq=${sequence} ttl=${hopsMax - hops} time=${roundTripMs.toFixed(3)} ms\n`,
        );
      }
    }
    if (plan.count > 0 && run.sent >= plan.count) {
      // After the last request ping goes on waiting, but only while an answer is missing.
      if (run.times.length === 0) yield* pause(run, Math.min(plan.lingerSeconds * 1000, endMs - process.nowMs()));
      return;
    }
    const waitMs = Math.min(plan.intervalMs, endMs - process.nowMs());
    if (waitMs > 0) yield* pause(run, waitMs);
    else yield { kind: "turn" };
    if (process.nowMs() >= endMs) return;
  }
}

/** Sleeps; an interrupt ends it early. */
function* pause(run: Run, ms: number): Step<void> {
  const untilMs = run.self.process.nowMs() + ms;
  while (!run.interrupted && run.self.process.nowMs() < untilMs) yield { kind: "until", atMs: untilMs };
}

function statistics({ host, sent, times }: Run): string {
  const received = times.length;
  const loss = sent > 0 ? Math.floor(((sent - received) * 100) / sent) : 0;
  const head = `\n--- ${host} ping statistics ---\n`;
  const counts = `${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`;
  if (received === 0) return head + counts;
  const total = times.reduce((sum, time) => sum + time, 0);
  const figures = [Math.min(...times), total / received, Math.max(...times)].map((time) => time.toFixed(3));
  return `${head}${counts}round-trip min/avg/max = ${figures.join("/")} ms\n`;
}
