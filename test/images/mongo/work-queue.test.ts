import { beforeAll, describe, expect, test } from "vitest";
import { containerAccess } from "../../../src/cluster/kubelet-access.js";
import { loadEngine } from "../../../src/images/engines.js";
import { createRandom } from "../../../src/sim/random.js";
import { ClusterWorld } from "../../controllers/cluster-world.js";

beforeAll(() => loadEngine("mongo"));

const messages = 200;
const worker = `
let message;
while ((message = db.queue.findOneAndDelete({})) !== null) {
  db.done.insertOne({ message: message._id, by: process.env.HOSTNAME });
  sleep(200 + Math.random() * 1800);
}
print("nothing left");
`;

function shellPod(cluster: ClusterWorld, name: string, script: string): string {
  const command = ["mongosh", "mongodb://db.default.svc.cluster.local/work", "--quiet", "--eval", script];
  cluster.runPod(name, { container: { image: "mongo:5", command }, spec: { restartPolicy: "Never" } });
  for (let second = 0; second < 120 && cluster.pod(name)?.status?.phase !== "Succeeded"; second++) cluster.advance(1);
  return containerAccess.readLogs(cluster.world.contextOf("kubelet"), { namespace: "default", pod: name }).text;
}

function newCluster(): ClusterWorld {
  const cluster = new ClusterWorld({ version: "1.23" });
  cluster.client.create("services", {
    metadata: { name: "db", namespace: "default" },
    spec: { clusterIP: "None", selector: { app: "db" }, ports: [{ name: "mongodb", port: 27017 }] },
  });
  cluster.runPod("db", { container: { image: "mongo:5" }, metadata: { labels: { app: "db" } } });
  cluster.advance(30);
  shellPod(cluster, "fill", `db.queue.insertMany(Array.from({ length: ${messages} }, (_, n) => ({ _id: n })))`);
  return cluster;
}

/** Runs the workers to their end; gives who took what, in the order of the database. */
function drain(parallelism: number, cuts: (step: number) => number): string {
  const cluster = newCluster();
  cluster.client.create("jobs", {
    metadata: { name: "workers", namespace: "default" },
    spec: {
      parallelism,
      template: {
        spec: {
          restartPolicy: "OnFailure",
          containers: [
            {
              name: "worker",
              image: "mongo:5",
              command: ["mongosh", "mongodb://db/work", "--quiet", "--eval", worker],
            },
          ],
        },
      },
    },
  });
  for (let step = 0; step < 300; step++) {
    const seconds = cuts(step);
    cluster.advance(seconds);
    const job = cluster.client.get("jobs", "default", "workers");
    if (job?.status?.completionTime !== undefined) break;
    if (seconds !== never()) cluster.restart();
  }
  expect(cluster.client.get("jobs", "default", "workers")?.status?.succeeded).toBe(parallelism);
  return shellPod(cluster, "look", "print(JSON.stringify(db.done.find().toArray().map((d) => [d.message, d.by])))");
}

/** Milliseconds that one worker alone takes, about. */
const aloneMs = 260_000;

/** Seconds between two restarts of the program, a few of them: drawn anew for each parallelism, but the same each time. */
const atRandom = (parallelism: number) => {
  const random = createRandom(parallelism);
  const mostMs = Math.ceil((aloneMs / parallelism) * 0.8);
  return (step: number): number => random.between(100, mostMs, "cut", step) / 1000;
};
const never = (): number => 60;

describe("a work queue", () => {
  test.each(Array.from({ length: 20 }, (_, before) => before + 1))(
    "gives each message to one of %d workers, however the program is cut",
    (parallelism) => {
      const cut = drain(parallelism, atRandom(parallelism));
      const taken = (JSON.parse(cut) as [number, string][]).map(([message]) => message).sort((a, b) => a - b);
      expect(taken).toEqual(Array.from({ length: messages }, (_, number) => number));
      expect(drain(parallelism, never)).toBe(cut);
    },
    120_000,
  );
});
