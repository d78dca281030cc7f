import { beforeAll, describe, expect, test } from "vitest";
import { loadEngine } from "../../../src/images/engines.js";
import { MongoWorld } from "./mongo-world.js";

beforeAll(() => loadEngine("mongo"));

function evaluate(script: string, ...more: string[]) {
  return new MongoWorld().shell(["mongosh", "--quiet", ...more, "--eval", script]);
}

const shown: readonly (readonly [name: string, script: string, output: string])[] = [
  ["a number", "1 + 1", "2\n"],
  ["a string, without quotes", "'a' + 'b'", "ab\n"],
  ["nothing for undefined", "undefined", ""],
  ["null", "null", "null\n"],
  ["an acknowledged insert", 'db.c.insertOne({_id: "x"})', "{ acknowledged: true, insertedId: 'x' }\n"],
  [
    "an upsert",
    "db.c.updateOne({_id: 1}, {$set: {a: 2}}, {upsert: true})",
    "{\n  acknowledged: true,\n  insertedId: 1,\n  matchedCount: 0,\n  modifiedCount: 0,\n  upsertedCount: 1\n}\n",
  ],
  [
    "documents in the order they came in",
    "db.c.insertMany([{_id: 2}, {_id: 1}]); db.c.find()",
    "[ { _id: 2 }, { _id: 1 } ]\n",
  ],
  [
    "values that are made with new, as without",
    "[new ObjectId('507f1f77bcf86cd799439011').getTimestamp(), new ISODate('2020-01-01'), new NumberLong('5'), ObjectId.name]",
    `[\n  ISODate("2012-10-17T21:13:27.000Z"),\n  ISODate("2020-01-01T00:00:00.000Z"),\n  Long("5"),\n  'ObjectId'\n]\n`,
  ],
  ["dates as ISODate", 'ISODate("2020-02-28")', 'ISODate("2020-02-28T00:00:00.000Z")\n'],
  ["the primary's null for no document", "db.c.findOneAndDelete({})", "null\n"],
  [
    "the document after an update",
    "db.c.insertOne({_id: 1, n: 1}); db.c.findOneAndUpdate({_id: 1}, {$inc: {n: 4}}, {returnDocument: 'after'})",
    "{ _id: 1, n: 5 }\n",
  ],
  [
    "groups",
    "db.c.insertMany([{k: 'a', n: 1}, {k: 'b', n: 2}, {k: 'a', n: 3}]); db.c.aggregate([{$group: {_id: '$k', n: {$sum: '$n'}}}, {$sort: {_id: 1}}])",
    "[ { _id: 'a', n: 4 }, { _id: 'b', n: 2 } ]\n",
  ],
  [
    "a day of a date",
    "db.c.insertOne({t: ISODate('2020-02-28T13:00:00Z')}); db.c.aggregate([{$project: {_id: {$dateTrunc: {date: '$t', unit: 'day'}}}}]).toArray()[0]._id",
    'ISODate("2020-02-28T00:00:00.000Z")\n',
  ],
  [
    "the names of databases",
    "db.c.insertOne({}); show = 1; db.getSiblingDB('other').c.insertOne({}); db.getMongo().getDBNames().includes('other')",
    "true\n",
  ],
  [
    "objects over several lines where they are long",
    "({a: 'x'.repeat(50), b: 'y'.repeat(50)})",
    `{\n  a: '${"x".repeat(50)}',\n  b: '${"y".repeat(50)}'\n}\n`,
  ],
];

describe("mongosh shows", () => {
  test.each(shown)("%s", (_name, script, output) => {
    expect(evaluate(script)).toMatchObject({ err: "", out: output, status: 0 });
  });
});

const failures: readonly (readonly [name: string, script: string, message: string | RegExp, status: number])[] = [
  [
    "a duplicate key",
    "db.c.insertOne({_id: 1}); db.c.insertOne({_id: 1})",
    "MongoServerError: E11000 duplicate key error collection: test.c index: _id_ dup key: { _id: 1 }\n",
    1,
  ],
  ["a name that is not there", "nothing", "ReferenceError: nothing is not defined\n", 1],
  ["a word that is no JavaScript", "db.(", /^SyntaxError: Unexpected token/, 1],
  ["quit with a status", "quit(3)", "", 3],
  ["process.exit", "process.exit(4)", "", 4],
  ["a module of the host", "require('fs')", /^Error: Cannot find module 'fs'/, 1],
  ["the network of the host", "fetch('http://example.com')", /^ReferenceError: /, 1],
  [
    "a function of the host behind a prototype",
    "print.constructor.constructor('return process')().mainModule.require('fs')",
    /^TypeError: /,
    1,
  ],
  ["a string that is too long", "'x'.repeat(2 ** 30)", "RangeError: Invalid string length\n", 1],
  [
    "more memory than there is",
    "const a = []; while (true) a.push(('x'.repeat(1e5) + a.length).split(''))",
    /JavaScript heap out of memory/,
    134,
  ],
  ["calls without end", "(function f() { f(); })()", "RangeError: Maximum call stack size exceeded\n", 1],
  [
    "an update of the host's prototypes",
    "db.c.insertOne({_id: 1}); db.c.updateOne({_id: 1}, {$set: {'__proto__.evil': 1}})",
    /^MongoServerError: /,
    1,
  ],
];

describe("mongosh ends", () => {
  test.each(failures)("at %s", (_name, script, message, status) => {
    const result = evaluate(script);
    if (message instanceof RegExp) expect(result.err).toMatch(message);
    else expect(result.err).toBe(message);
    expect(result.status).toBe(status);
    expect(({} as { evil?: number }).evil).toBeUndefined();
  });

  test("never, in a loop that never ends, and holds nobody up", () => {
    expect(evaluate("while (true) {}").status).toBeNull();
  });
});

describe("sleep", () => {
  test("takes cluster time, also in functions and callbacks", () => {
    const result = evaluate(
      "function pause(n) { sleep(n * 1000); return n; } const done = [1, 2].map((n) => pause(n)); for (var i = 0; i < 2; i++) { sleep(500); } print(done, i); done.length",
    );
    expect(result).toMatchObject({ out: "[ 1, 2 ] 2\n2\n", err: "", status: 0 });
    expect(result.elapsedMs).toBeGreaterThanOrEqual(4000);
    expect(result.elapsedMs).toBeLessThan(5200);
  });

  test("a thousand times costs no more than a thousand times once", () => {
    const result = evaluate("for (let i = 0; i < 1000; i++) sleep(1000); print('done')");
    expect(result).toMatchObject({ out: "done\n", status: 0 });
    expect(result.elapsedMs).toBeGreaterThanOrEqual(1_000_000);
  });
});

describe("mongoimport", () => {
  test("tells what it does, and replaces what was there", () => {
    const world = new MongoWorld();
    const files = { "q.json": '{"_id": 1}\n{"_id": 2}\n' };
    const run = world.shell(
      ["mongoimport", "--db", "kiada", "--collection", "questions", "--file", "q.json", "--drop"],
      files,
    );
    expect(run.err.replace(/^\S+/gm, "T")).toBe(
      "T\tconnected to: mongodb://localhost/\nT\tdropping: kiada.questions\nT\t2 document(s) imported successfully. 0 document(s) failed to import.\n",
    );
    expect(world.shell(["mongosh", "kiada", "--quiet", "--eval", "db.questions.countDocuments()"]).out).toBe("2\n");
  });

  test("reads tables", () => {
    const world = new MongoWorld();
    world.shell(["mongoimport", "-d", "d", "-c", "c", "--type", "csv", "--headerline", "--file", "t.csv"], {
      "t.csv": 'a,b.c\n1,"x, y"\n',
    });
    expect(world.shell(["mongosh", "d", "--quiet", "--eval", "db.c.find({}, {_id: 0})"]).out).toBe(
      "[ { a: 1, b: { c: 'x, y' } } ]\n",
    );
  });
});
