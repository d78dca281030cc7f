import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/sim/random.js";
import { MemoryBackend } from "../../src/store/memory-backend.js";
import { Store, type StoredObject } from "../../src/store/store.js";

type Thing = StoredObject & { readonly colours: readonly string[] };

const indexes = [{ name: "colour", resource: "things", valuesOf: ({ colours }: Thing) => colours }];

/** Runs of so many steps; many more names than steps, so that most look-ups are of what is not there. */
const steps = 1500;
const names = 4000;
const colours = 900;

describe("a store that forgets what it has saved", () => {
  test.each([1, 2, 3, 4, 5, 6])("answers as one that forgets nothing (seed %i)", async (seed) => {
    const random = createRandom(seed);
    const backend = new MemoryBackend();
    const model = new Map<string, Thing>();
    let store = new Store(backend, indexes as never);
    backend.begin();
    const save = async () => {
      store.flush();
      await backend.commit();
      backend.begin();
    };
    for (let step = 0; step < steps; step++) {
      const draw = (what: string, max: number) => random.between(0, max - 1, what, step);
      const name = `thing-${draw("name", names)}`;
      const colour = `colour/${draw("colour", colours)}`;
      switch (draw("deed", 12)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4: {
          const metadata = { name, namespace: "default", resourceVersion: store.nextResourceVersion };
          const thing: Thing = { metadata, colours: draw("none", 5) === 0 ? [] : [colour, "all"] };
          expect(store.insert("things", "default", name, thing)).toBe(!model.has(name));
          if (!model.has(name)) model.set(name, thing);
          break;
        }
        case 5: {
          const metadata = { name, namespace: "default", resourceVersion: store.nextResourceVersion };
          const thing: Thing = { metadata, colours: [colour] };
          store.put("things", "default", name, thing);
          model.set(name, thing);
          break;
        }
        case 6:
          if (model.delete(name)) store.remove("things", "default", name);
          break;
        case 7:
          await save();
          if (draw("evict", 2) === 0) store.evict();
          break;
        case 8:
          if (draw("restart", 20) === 0) {
            await save();
            store = new Store(backend, indexes as never);
          } else if (draw("spill", 4) === 0) store.spill("things");
          break;
        case 9:
          expect(store.byIndex("things", "colour", colour)).toEqual(withColour(model, colour));
          break;
        default:
          expect(store.get("things", "default", name)).toEqual(model.get(name));
      }
    }
    expect(store.byIndex("things", "colour", "all")).toEqual(withColour(model, "all"));
    expect(store.list("things", "default")).toEqual([...model].sort(byName).map(([, thing]) => thing));
  });
});

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function withColour(model: ReadonlyMap<string, Thing>, colour: string): readonly Thing[] {
  return [...model]
    .sort(byName)
    .filter(([, thing]) => thing.colours.includes(colour))
    .map(([, thing]) => thing);
}
