import { expect, it } from "vitest";
import type { WebSocket } from "ws";
import { channelSocket } from "../../src/apiserver/channel-socket.js";
import { serverLimits } from "../../src/apiserver/limits.js";
import { UnreadBytes } from "../../src/apiserver/unread-bytes.js";

const mebibyte = 2 ** 20;

/** A client whose messages arrive when the test says so. */
function client() {
  const arrivals: (() => void)[] = [];
  const state = { isTerminated: false, arrivals };
  const socket = {
    on: () => socket,
    send: (_message: Uint8Array, arrived: () => void) => arrivals.push(arrived),
    close: () => {},
    terminate: () => {
      state.isTerminated = true;
    },
  };
  return { state, socket: socket as unknown as WebSocket };
}

it("drops a client that leaves too much of a command's output unread", () => {
  const all = new UnreadBytes(64 * mebibyte);
  const { state, socket } = client();
  const channel = channelSocket(socket, all);
  for (let sent = 0; sent <= serverLimits.unreadBytesMax; sent += mebibyte) channel.send(new Uint8Array(mebibyte));
  expect([state.isTerminated, all.total]).toEqual([false, serverLimits.unreadBytesMax + mebibyte]);
  channel.send(new Uint8Array(1));
  expect([state.isTerminated, all.total]).toEqual([true, 0]);
  // They fail, too late for anybody to count.
  for (const arrived of state.arrivals) arrived();
  expect(all.total).toBe(0);
});

it("counts what clients leave unread together", () => {
  const all = new UnreadBytes(3 * mebibyte);
  const [lazy, reading] = [client(), client()];
  const [lazyChannel, readingChannel] = [channelSocket(lazy.socket, all), channelSocket(reading.socket, all)];
  lazyChannel.send(new Uint8Array(2 * mebibyte));
  for (let count = 0; count < 3; count++) {
    readingChannel.send(new Uint8Array(mebibyte));
    reading.state.arrivals.shift()?.();
  }
  expect([lazy.state.isTerminated, all.total]).toEqual([false, 2 * mebibyte]);
  readingChannel.send(new Uint8Array(mebibyte + 1));
  expect([lazy.state.isTerminated, reading.state.isTerminated, all.total]).toEqual([true, false, mebibyte + 1]);
});
