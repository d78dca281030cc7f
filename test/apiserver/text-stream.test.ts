import { describe, expect, it } from "vitest";
import { serverLimits } from "../../src/apiserver/limits.js";
import { type TextStream, textStream } from "../../src/apiserver/text-stream.js";
import { pieceOf, UnreadBytes } from "../../src/apiserver/unread-bytes.js";

const mebibyte = 2 ** 20;

function open(unread: UnreadBytes, start: Iterable<string> = []): { stream: TextStream; isClosed: () => boolean } {
  let closed = 0;
  const stream = textStream({
    unread,
    start,
    onClose: () => {
      closed++;
    },
  });
  return {
    stream,
    isClosed: () => {
      expect(closed).toBeLessThan(2);
      return closed === 1;
    },
  };
}

const textOf = (stream: TextStream) => new Response(stream.body).text();

describe("an answer that goes on", () => {
  it("gives its start, then what is written, then its end", async () => {
    const { stream, isClosed } = open(new UnreadBytes(mebibyte), ["one ", "two "]);
    stream.write("three ");
    stream.write(pieceOf("four"));
    stream.end();
    expect(isClosed()).toBe(true);
    stream.write("nothing more");
    expect(await textOf(stream)).toBe("one two three four");
  });

  it("makes its start only as it is read", async () => {
    let made = 0;
    const texts = {
      *[Symbol.iterator]() {
        for (; made < 1_000; made++) yield "x".repeat(1_000);
      },
    };
    const { stream } = open(new UnreadBytes(mebibyte), texts);
    const reader = stream.body.getReader();
    expect(made).toBe(0);
    expect((await reader.read()).value?.length).toBeGreaterThanOrEqual(serverLimits.chunkBytesMax);
    expect(made).toBeLessThan(300);
    await reader.cancel();
  });

  it("goes out in chunks, however large its pieces are", async () => {
    const { stream } = open(new UnreadBytes(64 * mebibyte));
    stream.write("x".repeat(mebibyte));
    stream.write("yy");
    stream.end();
    const lengths: number[] = [];
    for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) lengths.push(chunk.length);
    expect(lengths.reduce((sum, length) => sum + length)).toBe(mebibyte + 2);
    expect(Math.max(...lengths)).toBe(serverLimits.chunkBytesMax);
  });

  it("is cut when its reader leaves too much, and keeps nothing", async () => {
    const unread = new UnreadBytes(64 * mebibyte);
    const { stream, isClosed } = open(unread);
    for (let count = 0; count < 6 && stream.isOpen; count++) stream.write("x".repeat(mebibyte));
    expect(isClosed()).toBe(true);
    expect(unread.total).toBe(0);
    await expect(textOf(stream)).rejects.toThrow("does not read");
  });

  it("may have one piece of any size, as a reader cannot be faster than that", () => {
    const { stream } = open(new UnreadBytes(64 * mebibyte));
    stream.write("x".repeat(2 * serverLimits.unreadBytesMax));
    expect(stream.isOpen).toBe(true);
    stream.write("y");
    expect(stream.isOpen).toBe(false);
  });

  it("lets go of all that is unread when its reader leaves", async () => {
    const unread = new UnreadBytes(mebibyte);
    const { stream, isClosed } = open(unread);
    stream.write("x".repeat(1_000));
    expect(unread.total).toBe(1_000);
    await stream.body.cancel();
    expect(isClosed()).toBe(true);
    expect(unread.total).toBe(0);
  });
});

describe("all answers together", () => {
  it("count a piece once, whoever has it still to read", async () => {
    const unread = new UnreadBytes(mebibyte);
    const streams = Array.from({ length: 5 }, () => open(unread).stream);
    const piece = pieceOf("x".repeat(mebibyte / 2));
    for (const stream of streams) stream.write(piece);
    expect(streams.every(({ isOpen }) => isOpen)).toBe(true);
    expect(unread.total).toBe(mebibyte / 2);
    for (const stream of streams.slice(1)) await stream.body.cancel();
    expect(unread.total).toBe(mebibyte / 2);
    await streams[0]?.body.cancel();
    expect(unread.total).toBe(0);
  });

  it("cut those who have left the most when there is too much", () => {
    const unread = new UnreadBytes(mebibyte);
    const small = open(unread).stream;
    const large = open(unread).stream;
    const other = open(unread).stream;
    small.write("x".repeat(200_000));
    large.write("x".repeat(500_000));
    other.write("x".repeat(400_000));
    expect([small.isOpen, large.isOpen, other.isOpen]).toEqual([true, false, true]);
    expect(unread.total).toBe(600_000);
  });
});
