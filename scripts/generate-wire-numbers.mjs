// Notes the numbers that the fields of Kubernetes' types have in protocol buffers, for clients that send objects so.
//
//   node scripts/generate-wire-numbers.mjs FOLDER    FOLDER holds k8s.io/api/*/*/generated.proto and
//                                                    k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto
//
// It writes src/api/generated/wire-numbers.json: for each type of schemas.json a list, the name of field 3 at place 3. A list
// in place of a name is a part whose fields are the type's own in JSON. Run it after scripts/generate-api.mjs.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node scripts/generate-wire-numbers.mjs FOLDER");
  process.exit(2);
}
const generated = new URL("../src/api/generated/", import.meta.url);
const readGenerated = (name) => JSON.parse(readFileSync(new URL(name, generated), "utf8"));
const { types } = readGenerated("schemas.json");
const packages = readGenerated("packages.json");

/** `k8s.io.api.batch.v1.Job` to its fields: `{ number, name, type }`. */
const messages = new Map();
for (const path of readdirSync(folder, { recursive: true })) {
  if (!path.endsWith("generated.proto")) continue;
  const text = readFileSync(join(folder, path), "utf8").replace(/\/\/.*$/gm, "");
  const [, prefix] = /^package ([\w.]+);/m.exec(text);
  for (const [, name, body] of text.matchAll(/^message (\w+) \{([^}]*)\}/gm)) {
    const fields = [...body.matchAll(/(?:optional|repeated|map<[^>]*>)?\s*(\.?[\w.]+)?\s+(\w+) = (\d+);/g)].map(
      ([, type = "", field, number]) => ({ number: Number(number), name: field, type }),
    );
    messages.set(`${prefix}.${name}`, { prefix, fields });
  }
}

function numbersOf(fullName, schema) {
  const message = messages.get(fullName);
  if (message === undefined) return undefined;
  const numbers = [];
  for (const { number, name, type } of message.fields) {
    if (Object.hasOwn(schema.fields, name)) numbers[number] = name;
    else {
      const inner = type.startsWith(".") ? type.slice(1) : `${message.prefix}.${type}`;
      const inlined = numbersOf(inner, schema);
      if (inlined?.some((each) => each !== null && each !== undefined)) numbers[number] = inlined;
    }
  }
  return Array.from(numbers, (each) => each ?? null);
}

const all = {};
for (const [prefix, names] of Object.entries(packages)) {
  for (const [typeName, last] of Object.entries(names)) {
    const fullName = `${prefix.replace(/^io\.k8s\./, "k8s.io.")}.${last}`;
    const numbers = numbersOf(fullName, types[typeName]);
    if (numbers === undefined) {
      console.error(`no message is named ${fullName}`);
      continue;
    }
    all[typeName] = numbers;
    const missing = Object.keys(types[typeName].fields).filter((field) => !numbers.flat(3).includes(field));
    const unexpected = missing.filter((field) => field !== "kind" && field !== "apiVersion");
    if (unexpected.length > 0) console.error(`${typeName} has no numbers for ${unexpected.join(", ")}`);
  }
}
writeFileSync(new URL("wire-numbers.json", generated), `${JSON.stringify(all)}\n`);
console.log(`${Object.keys(all).length} types`);
