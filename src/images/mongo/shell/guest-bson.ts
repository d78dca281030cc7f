import type { Guest } from "./guest.js";

/** The types of BSON and EJSON, as globals of the virtual machine. */
export function installBson(guest: Guest): void {
  const hexDigits = (value: number, length: number): string => Math.floor(value).toString(16).padStart(length, "0");
  const base64Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const isObjectIdText = (id: unknown): id is string => typeof id === "string" && /^[0-9a-fA-F]{24}$/.test(id);
  let counter = Math.floor(guest.random() * 0xffffff);
  const machine = hexDigits(guest.random() * 0xfffff, 5) + hexDigits(guest.random() * 0xfffff, 5);

  class BSONError extends Error {
    override get name(): string {
      return "BSONError";
    }
  }

  class ObjectId {
    readonly hex!: string;
    constructor(id?: unknown) {
      let hex: string;
      if (id === undefined || id === null || typeof id === "number") {
        counter = (counter + 1) % 0x1000000;
        const seconds = typeof id === "number" ? id : guest.nowMs() / 1000;
        hex = hexDigits(seconds, 8) + machine + hexDigits(counter, 6);
      } else if (id instanceof ObjectId) hex = id.hex;
      else if (isObjectIdText(id)) hex = id.toLowerCase();
      else
        throw new BSONError(
          "Argument passed in must be a string of 12 bytes or a string of 24 hex characters or an integer",
        );
      Object.defineProperty(this, "hex", { value: hex });
    }
    static createFromTime(seconds: number): ObjectId {
      return new ObjectId(`${hexDigits(seconds, 8)}0000000000000000`);
    }
    static isValid(id: unknown): boolean {
      return id instanceof ObjectId || isObjectIdText(id);
    }
    toHexString(): string {
      return this.hex;
    }
    getTimestamp(): Date {
      return new Date(Number.parseInt(this.hex.slice(0, 8), 16) * 1000);
    }
    equals(other: unknown): boolean {
      return String(other) === this.hex;
    }
    toString(): string {
      return this.hex;
    }
    toJSON(): string {
      return this.hex;
    }
    valueOf(): string {
      return this.hex;
    }
  }

  /** Whole numbers of 64 bits. */
  class Long {
    readonly value!: bigint;
    constructor(value: unknown = 0) {
      const whole =
        value instanceof Long ? value.value : BigInt(typeof value === "number" ? Math.trunc(value) : String(value));
      Object.defineProperty(this, "value", { value: BigInt.asIntN(64, whole) });
    }
    static fromNumber(value: number): Long {
      return new Long(value);
    }
    static fromString(value: string): Long {
      return new Long(value);
    }
    toNumber(): number {
      return Number(this.value);
    }
    toInt(): number {
      return Number(BigInt.asIntN(32, this.value));
    }
    toString(): string {
      return this.value.toString();
    }
    valueOf(): number {
      return Number(this.value);
    }
    toJSON(): unknown {
      return Number(this.value);
    }
  }

  /** A number that keeps its type. */
  class TypedNumber {
    readonly value!: number;
    constructor(value: number) {
      Object.defineProperty(this, "value", { value });
    }
    valueOf(): number {
      return this.value;
    }
    toString(): string {
      return String(this.value);
    }
    toJSON(): number {
      return this.value;
    }
  }

  class Int32 extends TypedNumber {
    constructor(value: unknown = 0) {
      super(Number(value) | 0);
    }
  }

  class Double extends TypedNumber {
    constructor(value: unknown = 0) {
      super(Number(value));
    }
  }

  /** Types that are shown and sent, and not calculated with. */
  class Decimal128 {
    readonly text!: string;
    constructor(value: unknown) {
      Object.defineProperty(this, "text", { value: String(value) });
    }
    toString(): string {
      return this.text;
    }
    toJSON(): unknown {
      return { $numberDecimal: this.text };
    }
  }

  class Timestamp {
    readonly t!: number;
    readonly i!: number;
    constructor(value: { t?: number; i?: number } | number = {}, increment = 0) {
      const { t, i } = typeof value === "number" ? { t: value, i: increment } : { t: value.t ?? 0, i: value.i ?? 0 };
      Object.defineProperty(this, "t", { value: t });
      Object.defineProperty(this, "i", { value: i });
    }
    getHighBits(): number {
      return this.t;
    }
    getLowBits(): number {
      return this.i;
    }
    toJSON(): unknown {
      return { $timestamp: { t: this.t, i: this.i } };
    }
  }

  class Binary {
    readonly base64!: string;
    readonly subType!: string;
    constructor(base64: string, subType: string) {
      Object.defineProperty(this, "base64", { value: base64 });
      Object.defineProperty(this, "subType", { value: subType });
    }
    toJSON(): unknown {
      return { $binary: { base64: this.base64, subType: this.subType } };
    }
  }

  class MinKey {}
  class MaxKey {}

  const fromSpecial = (json: { [key: string]: unknown }, first: string): unknown => {
    const value = json[first];
    switch (first) {
      case "$oid":
        return new ObjectId(value);
      case "$date": {
        const long = (value as { $numberLong?: string } | null)?.$numberLong;
        return new Date(long === undefined ? (value as number) : Number(long));
      }
      case "$numberLong":
        return new Long(value);
      case "$numberInt":
      case "$numberDouble":
        return Number(value);
      case "$numberDecimal":
        return new Decimal128(value);
      case "$timestamp":
        return new Timestamp(value as { t: number; i: number });
      case "$binary": {
        const { base64, subType } = value as { base64: string; subType: string };
        return new Binary(base64, subType);
      }
      case "$regularExpression": {
        const { pattern, options } = value as { pattern: string; options: string };
        return new RegExp(pattern, options.replace(/[^gimsuy]/g, ""));
      }
      case "$minKey":
        return new MinKey();
      case "$maxKey":
        return new MaxKey();
      case "$undefined":
        return undefined;
      default:
        return json;
    }
  };

  const fromJson = (json: unknown): unknown => {
    if (typeof json !== "object" || json === null) return json;
    if (Array.isArray(json)) return json.map(fromJson);
    const object = json as { [key: string]: unknown };
    const keys = Object.keys(object);
    const [first] = keys;
    if (first?.startsWith("$") && keys.length === 1) {
      const special = fromSpecial(object, first);
      if (special !== object) return special;
    }
    const document: { [key: string]: unknown } = {};
    for (const key of keys) document[key] = fromJson(object[key]);
    return document;
  };

  const seen: unknown[] = [];
  const objectToJson = (value: object): unknown => {
    if (value instanceof Date) {
      const ms = value.getTime();
      return { $date: Number.isNaN(ms) ? { $numberLong: "-9223372036854775808" } : ms };
    }
    if (value instanceof ObjectId) return { $oid: value.hex };
    if (value instanceof Long) return { $numberLong: value.toString() };
    if (value instanceof TypedNumber) return value.value;
    if (value instanceof Decimal128 || value instanceof Timestamp || value instanceof Binary) return value.toJSON();
    if (value instanceof MinKey) return { $minKey: 1 };
    if (value instanceof MaxKey) return { $maxKey: 1 };
    if (value instanceof RegExp) return { $regularExpression: { pattern: value.source, options: value.flags } };
    if (seen.includes(value)) throw new BSONError("Cannot convert circular structure to BSON");
    seen.push(value);
    try {
      if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
      const json: { [key: string]: unknown } = {};
      const plain = value instanceof Map ? Object.fromEntries(value) : value;
      for (const key of Object.keys(plain)) {
        const item = toJson((plain as { [key: string]: unknown })[key]);
        if (item !== undefined) json[key] = item;
      }
      return json;
    } finally {
      seen.pop();
    }
  };

  /** undefined for what is left out of a document: functions, symbols. */
  const toJson = (value: unknown): unknown => {
    switch (typeof value) {
      case "number":
        return Number.isFinite(value) ? value : { $numberDouble: String(value) };
      case "bigint":
        return { $numberLong: String(value) };
      case "undefined":
        return null;
      case "function":
      case "symbol":
        return undefined;
      case "object":
        return value === null ? null : objectToJson(value);
      default:
        return value;
    }
  };

  const relaxed = (value: unknown, isStrict: boolean): unknown => {
    if (typeof value === "number" && isStrict && Number.isFinite(value)) {
      return Number.isInteger(value) ? { $numberInt: String(value) } : { $numberDouble: String(value) };
    }
    if (Array.isArray(value)) return value.map((item) => relaxed(item, isStrict));
    if (typeof value !== "object" || value === null) return value;
    const object = value as { [key: string]: unknown };
    if (typeof object.$date === "number") {
      const isShort = !isStrict && object.$date >= 0 && object.$date < 253402300800000;
      const text = new Date(object.$date).toISOString().replace(".000Z", "Z");
      return { $date: isShort ? text : { $numberLong: String(object.$date) } };
    }
    if (typeof object.$numberLong === "string" && !isStrict) return Number(object.$numberLong);
    if (Object.keys(object)[0]?.startsWith("$")) return object;
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, relaxed(item, isStrict)]));
  };

  const EJSON = {
    stringify(value: unknown, replacer?: unknown, space?: unknown, options?: { relaxed?: boolean }): string {
      let settings = options;
      let indent = space;
      if (typeof replacer === "object" && replacer !== null && !Array.isArray(replacer))
        settings = replacer as { relaxed?: boolean };
      if (typeof space === "object" && space !== null) {
        settings = space as { relaxed?: boolean };
        indent = 0;
      }
      if (typeof replacer === "number") indent = replacer;
      return JSON.stringify(relaxed(toJson(value), settings?.relaxed === false), null, indent as number);
    },
    parse: (text: string): unknown => fromJson(JSON.parse(text)),
    serialize: (value: unknown, options?: { relaxed?: boolean }): unknown =>
      relaxed(toJson(value), options?.relaxed === false),
    deserialize: (json: unknown): unknown => fromJson(json),
  };

  /** Callable with and without `new`, which an arrow function would not be. */
  const callable = <T extends new (...args: never[]) => object>(type: T, name: string): T => {
    function wrapper(...args: never[]): object {
      return new type(...args);
    }
    Object.defineProperty(wrapper, "name", { value: name });
    wrapper.prototype = type.prototype;
    for (const key of Object.getOwnPropertyNames(type)) {
      if (key === "prototype" || key === "name" || key === "length") continue;
      Object.defineProperty(wrapper, key, {
        value: (type as unknown as Record<string, unknown>)[key],
        configurable: true,
      });
    }
    return wrapper as unknown as T;
  };

  function ISODate(text?: string): Date {
    if (text === undefined) return new Date(guest.nowMs());
    const compact =
      /^(\d{4})-?(\d{2})-?(\d{2})([T ](\d{2}):?(\d{2})(:?(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:?\d{0,2})?)?$/.exec(text);
    const date = compact
      ? new Date(
          `${compact[1]}-${compact[2]}-${compact[3]}T${compact[5] ?? "00"}:${compact[6] ?? "00"}:${compact[8] ?? "00"}${compact[9] ?? ""}${compact[10] ?? "Z"}`,
        )
      : new Date(Number.NaN);
    if (Number.isNaN(date.getTime())) {
      throw new (
        globalThis as unknown as { MongoshInvalidInputError: new (m: string) => Error }
      ).MongoshInvalidInputError(`${JSON.stringify(text)} is not a valid ISODate`);
    }
    return date;
  }

  function UUID(hex?: string): Binary {
    const digits = (hex ?? machine + machine + hexDigits(guest.random() * 0xffffff, 12)).replaceAll("-", "");
    let text = "";
    for (let at = 0; at < digits.length; at += 6) {
      const piece = digits.slice(at, at + 6).padEnd(6, "0");
      const bits = Number.parseInt(piece, 16);
      text += [18, 12, 6, 0].map((shift) => base64Letters[(bits >> shift) & 63]).join("");
    }
    return new Binary(`${text.slice(0, 22)}==`, "4");
  }

  const show = (value: unknown): string | null => {
    if (value instanceof ObjectId) return `ObjectId("${value.hex}")`;
    if (value instanceof Long) return `Long("${value}")`;
    if (value instanceof Int32) return `Int32(${value.value})`;
    if (value instanceof Double) return `Double(${value.value})`;
    if (value instanceof Decimal128) return `Decimal128("${value.text}")`;
    if (value instanceof Timestamp) return `Timestamp({ t: ${value.t}, i: ${value.i} })`;
    if (value instanceof Binary) {
      return value.subType === "4" || value.subType === "04"
        ? `UUID("${uuidText(value.base64)}")`
        : `Binary(Buffer.from("${value.base64}", "base64"), ${value.subType})`;
    }
    if (value instanceof MinKey) return "MinKey()";
    if (value instanceof MaxKey) return "MaxKey()";
    return null;
  };

  const uuidText = (base64: string): string => {
    let bits = "";
    for (const letter of base64.replaceAll("=", "")) bits += base64Letters.indexOf(letter).toString(2).padStart(6, "0");
    let hex = "";
    for (let at = 0; at + 4 <= bits.length && hex.length < 32; at += 4)
      hex += Number.parseInt(bits.slice(at, at + 4), 2).toString(16);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  guest.bson = { toJson, fromJson, newObjectId: () => new ObjectId(), typeName: show };
  const globals: { [name: string]: unknown } = {
    EJSON,
    ISODate,
    ObjectId: callable(ObjectId, "ObjectId"),
    NumberLong: callable(Long, "NumberLong"),
    Long: callable(Long, "Long"),
    NumberInt: callable(Int32, "NumberInt"),
    Int32: callable(Int32, "Int32"),
    Double: callable(Double, "Double"),
    NumberDecimal: callable(Decimal128, "NumberDecimal"),
    Decimal128: callable(Decimal128, "Decimal128"),
    Timestamp: callable(Timestamp, "Timestamp"),
    BinData: (subType: number, base64: string) => new Binary(base64, String(subType)),
    UUID,
    MinKey: callable(MinKey, "MinKey"),
    MaxKey: callable(MaxKey, "MaxKey"),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}
