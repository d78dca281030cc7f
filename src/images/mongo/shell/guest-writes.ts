import type { Guest } from "./guest.js";

/** What writing to a collection takes and gives: the driver's own checks, results and errors. */
export function installWrites(guest: Guest): void {
  type Doc = { [key: string]: unknown };
  const { errorType } = guest.core;
  const MongoError = errorType("MongoError");
  const MongoServerError = errorType("MongoServerError");
  const MongoBulkWriteError = errorType("MongoBulkWriteError");
  const MongoshInvalidInputError = errorType("MongoshInvalidInputError");

  /** Results are plain objects: the shell shows them without the name of a type. */
  const acknowledged = (fields: Doc): Doc => ({ acknowledged: true, ...fields });

  class BulkWriteResult {}
  const bulkError = (reply: Doc, count: Doc): Error => {
    const errors = reply.writeErrors as Doc[];
    const [first] = errors;
    const error = new MongoBulkWriteError(String(first?.errmsg));
    const result = Object.assign(new BulkWriteResult(), {
      insertedCount: 0,
      matchedCount: 0,
      modifiedCount: 0,
      deletedCount: 0,
      upsertedCount: 0,
      upsertedIds: {},
      insertedIds: {},
      ...count,
    });
    Object.assign(error, { code: first?.code, writeErrors: errors });
    Object.defineProperty(error, "result", { value: result, enumerable: true });
    return error;
  };
  const checkReply = (reply: Doc): Doc => {
    const [first] = (reply.writeErrors as Doc[] | undefined) ?? [];
    if (first === undefined) return reply;
    const { errmsg, index: _index, ...fields } = first;
    throw Object.assign(new MongoServerError(String(errmsg)), { index: 0, ...fields });
  };
  const needDocument = (value: unknown, text: string): void => {
    if (value === undefined) {
      throw new MongoshInvalidInputError(`[COMMON-10001] Missing required argument at position 0 (${text})`);
    }
    if (typeof value !== "object" || value === null) {
      throw new MongoshInvalidInputError(
        `[COMMON-10001] Argument at position 0 must be of type object, got ${typeof value} instead (${text})`,
      );
    }
  };

  const withId = (document: Doc): Doc => {
    if (document._id === undefined) {
      const id = guest.bson.newObjectId();
      // The driver puts it into the caller's own document, too.
      document._id = id;
      const { _id, ...fields } = document;
      return { _id, ...fields };
    }
    return document;
  };
  const checkUpdate = (update: unknown): void => {
    const keys = Array.isArray(update) ? ["$"] : Object.keys((update ?? {}) as Doc);
    if (!keys.every((key) => key.startsWith("$")) || keys.length === 0) {
      throw new MongoError("Update document requires atomic operators");
    }
  };
  const checkReplacement = (update: unknown): void => {
    if (Object.keys((update ?? {}) as Doc).some((key) => key.startsWith("$"))) {
      throw new MongoError("Replacement document must not contain atomic operators");
    }
  };

  guest.writes = {
    acknowledged,
    bulkError,
    checkReply,
    needDocument,
    withId,
    checkUpdate,
    checkReplacement,
  };
}
