/** What one server takes from its clients, all in one place. */
export const serverLimits = {
  /** Open connections. */
  connectionsMax: 1_000,
  /** Streams that stay open: watches, followed logs, commands in containers. */
  streamsMax: 2_000,
  /** @see apiserver pkg/server/config.go, MaxRequestBodyBytes */
  bodyBytesMax: 3 * 2 ** 20,
  headerBytesMax: 64 * 2 ** 10,
  /** Until the headers of a request are there. */
  headersTimeoutMs: 15_000,
  /** Until a whole request is there. */
  requestTimeoutMs: 60_000,
  /** Between two looks at how long requests have taken to come. */
  timeoutCheckMs: 5_000,
  /** Until a client reads on in an answer that is finished. */
  answerTimeoutMs: 60_000,
  /** An idle connection is closed. */
  keepAliveTimeoutMs: 90_000,
  /** What a client may leave unread of a stream before it is dropped. */
  unreadBytesMax: 4 * 2 ** 20,
  /** What all clients together may leave unread of their streams before those with the most are dropped. */
  unreadBytesAllMax: 128 * 2 ** 20,
  /** What of a stream is given to its connection at a time. */
  chunkBytesMax: 128 * 2 ** 10,
  /** Changes that are kept in memory for watches that resume, and about how much memory those may take. */
  historyLengthMax: 20_000,
  historyBytesMax: 16 * 2 ** 20,
  /** Answers from this size on are compressed for clients that ask. @see apiserver endpoints/handlers/responsewriters */
  gzipBytesMin: 128 * 2 ** 10,
  /** Objects on one page of a list, whatever the client asks. */
  pageLengthMax: 10_000,
} as const;

export type ServerLimits = { readonly [Name in keyof typeof serverLimits]: number };
