import { serverLimits } from "./limits.js";

/** The writing end of an answer that goes on. */
export interface TextStream {
  readonly body: ReadableStream<Uint8Array>;
  /** False once nobody reads any more. */
  readonly isOpen: boolean;
  /** Sends text; a reader who has left too much unread is dropped. */
  write(text: string): void;
  /** The end of the answer. */
  end(): void;
}

const encoder = new TextEncoder();

/**
 * An answer that is written piece by piece. `onClose` is called once, however it ends. What is not read is kept up to a
 * limit; behind it the connection is cut, so that a client who reads nothing costs nobody else anything.
 */
export function textStream(onClose: () => void): TextStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const close = () => {
    if (controller === null) return;
    controller = null;
    onClose();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: serverLimits.unreadBytesMax }),
  );
  return {
    body,
    get isOpen() {
      return controller !== null;
    },
    write(text) {
      if (controller === null) return;
      const bytes = encoder.encode(text);
      if ((controller.desiredSize ?? 0) < bytes.length && (controller.desiredSize ?? 0) < serverLimits.unreadBytesMax) {
        const dropped = controller;
        close();
        dropped.error(new Error("the client does not read its answer"));
        return;
      }
      controller.enqueue(bytes);
    },
    end() {
      const ended = controller;
      close();
      ended?.close();
    },
  };
}
