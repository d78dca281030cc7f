import { describe, expect, test } from "vitest";
import { EventQueue, type EventRow } from "../../src/sim/event-queue.js";
import { createRandom } from "../../src/sim/random.js";

function rowsIn(map: Map<string, EventRow>) {
  return {
    entries: () => [...map].map(([name, row]) => ({ name, row })),
    put: (name: string, row: EventRow) => void map.set(name, row),
    delete: (name: string) => void map.delete(name),
  };
}

function newQueue() {
  const rows = new Map<string, EventRow>();
  return { rows, queue: new EventQueue(rowsIn(rows), 0) };
}

/** The queue as another run of the program finds it. */
function reopened(queue: EventQueue, rows: Map<string, EventRow>): EventQueue {
  queue.save();
  return new EventQueue(rowsIn(rows), queue.seq);
}

function drain(queue: EventQueue, untilMs = Number.POSITIVE_INFINITY): string[] {
  const taken: string[] = [];
  for (let event = queue.take(untilMs); event !== null; event = queue.take(untilMs)) {
    taken.push(`${event.atMs} ${event.queue}/${event.key}`);
  }
  return taken;
}

describe("the event queue", () => {
  test("gives entries by time, those of one instant in the order in which they came", () => {
    const { queue } = newQueue();
    queue.add("a", "late", 30);
    queue.add("b", "first", 10);
    queue.add("a", "second", 10);
    queue.add("c", "between", 20);
    expect(queue.nextAtMs()).toBe(10);
    expect(drain(queue, 20)).toEqual(["10 b/first", "10 a/second", "20 c/between"]);
    expect(drain(queue)).toEqual(["30 a/late"]);
    expect(queue.nextAtMs()).toBeNull();
  });

  test("keeps a key once, at the earliest instant asked for", () => {
    const { queue } = newQueue();
    queue.add("a", "x", 20);
    queue.add("a", "x", 30);
    queue.add("a", "x", 10);
    queue.add("b", "x", 15);
    expect(drain(queue)).toEqual(["10 a/x", "15 b/x"]);
  });

  test("takes a key again once it was given", () => {
    const { queue } = newQueue();
    queue.add("a", "x", 10);
    expect(drain(queue)).toEqual(["10 a/x"]);
    queue.add("a", "x", 5);
    expect(drain(queue)).toEqual(["5 a/x"]);
  });

  test("has keys with slashes", () => {
    const { queue, rows } = newQueue();
    queue.add("a", "default/pod", 10);
    expect(drain(reopened(queue, rows))).toEqual(["10 a/default/pod"]);
  });

  test("goes on after a restart as if there had been none", () => {
    const random = createRandom(5);
    const [plain, restarted] = [newQueue(), newQueue()];
    const histories = [plain, restarted].map(({ rows, queue: first }, restarts) => {
      let queue = first;
      const taken: string[] = [];
      for (let step = 0; step < 500; step++) {
        const key = `key-${random.between(0, 30, "key", step)}`;
        queue.add(`queue-${step % 3}`, key, step + random.between(0, 40, "at", step));
        if (restarts === 1 && step % 7 === 0) queue = reopened(queue, rows);
        taken.push(...drain(queue, step));
      }
      taken.push(...drain(queue));
      queue.save();
      return taken;
    });
    expect(histories[0]).toEqual(histories[1]);
    expect(restarted.rows.size).toBe(0);
  });

  test("knows which queues have something to do", () => {
    const { queue, rows } = newQueue();
    queue.add("a", "x", 10);
    queue.add("a", "x", 5);
    queue.add("b", "y", 20);
    expect([...queue.busyQueues()]).toEqual(["a", "b"]);
    drain(queue, 10);
    expect([...queue.busyQueues()]).toEqual(["b"]);
    expect([...reopened(queue, rows).busyQueues()]).toEqual(["b"]);
  });
});
