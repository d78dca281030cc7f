/**
 * What the shell's own code inside the virtual machine shares. The functions `install…` beside this file are not called
 * here: their text is evaluated inside the machine, before any script. They import nothing and know nothing but this.
 */
export interface Guest {
  /** A command to a server, as JSON, and its answer. Never throws. */
  request(message: string): string;
  write(stream: "stdout" | "stderr", text: string): void;
  nowMs(): number;
  random(): number;
  /** Text of a file that the process can read; null where it cannot. */
  readFile(path: string): string | null;
  /** Ends the script at once. */
  exit(code: number): never;
  readonly env: { readonly [name: string]: string };
  readonly argv: readonly string[];
  readonly facts: ShellFacts;

  // Put there by the functions themselves.
  bson: GuestBson;
  core: GuestCore;
  writes: GuestWrites;
  /** A collection, whose properties are the collections below it. */
  collectionOf(database: GuestDatabase, name: string): unknown;
  api: GuestApi;
  inspect(value: unknown, options?: { readonly colors?: boolean; readonly isWhole?: boolean }): string;
  /** A value as the shell shows the result of a line; null: nothing. */
  show(value: unknown): string | null;
  /** Runs `show dbs`, `use db` and the like; undefined where the line is no such command. */
  command(line: string): string | undefined;
  prompt(): string;
  timers: GuestTimer[];
  describeError(error: unknown): { readonly name: string; readonly message: string };
}

interface GuestTimer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export interface ShellFacts {
  /** The connection string, without a password. */
  readonly uri: string;
  readonly database: string;
  readonly serverVersion: string;
  readonly shellVersion: string;
  readonly colors: boolean;
}

export interface GuestCursor {
  limit(count: number): GuestCursor;
  tryNext(): unknown;
  toArray(): unknown[];
}

type Fields = { [key: string]: unknown };

export interface GuestDatabase {
  readonly _name: string;
}

/** What databases are made of. */
interface GuestCore {
  /** Makes a global. */
  define(name: string, value: unknown): void;
  errorType(name: string): new (message?: string) => Error;
  send(database: string, command: Fields): Fields;
  /** Throws what the server refuses. */
  run(database: string, command: Fields): Fields;
  serverError(reply: Fields): Error;
  /** The documents of an answer that is a cursor; servers give all of them at once. */
  documentsOf(reply: Fields): Fields[];
  /** An object on which every name that it does not have is a child. */
  withChildren<T extends object>(target: T, child: (name: string) => unknown): T;
  newCursor(load: (cursor: { readonly options: Fields }) => Fields[]): GuestCursor;
  isCursor(value: unknown): boolean;
  showPage(cursor: unknown): string;
  more(): string;
  batchSize(size?: number): number;
}

/** What writing to a collection takes and gives. */
interface GuestWrites {
  /** The result of a write that was made. */
  acknowledged(fields: Fields): Fields;
  bulkError(reply: Fields, count: Fields): Error;
  /** The answer. Throws the error of a write that was refused. */
  checkReply(reply: Fields): Fields;
  needDocument(value: unknown, text: string): void;
  /** A document as it is sent; one without an id is given one. */
  withId(document: Fields): Fields;
  checkUpdate(update: unknown): void;
  checkReplacement(update: unknown): void;
}

/** What the lines and functions of the shell need of its databases. */
interface GuestApi {
  isCursor(value: unknown): boolean;
  elementsOf(cursor: unknown): unknown[];
  showPage(cursor: unknown): string;
  more(): string;
  batchSize(size?: number): number;
  use(database: string): void;
  databaseName(): string;
  collectionNames(): string[];
  databases(): { readonly name: string; readonly bytes: number }[];
  hello(): { readonly [key: string]: unknown };
  invalidInput(message: string): Error;
}

interface GuestBson {
  toJson(value: unknown): unknown;
  fromJson(json: unknown): unknown;
  newObjectId(): object;
  typeName(value: unknown): string | null;
}
