import { type EpochMs, formatTime } from "../api/meta/object.js";

/** Texts of the seconds asked for last: a Pod's statuses name the same few instants again and again. */
const texts = new Map<number, string>();
const textsMax = 512;

/** {@link formatTime}, remembered. */
export function timeText(at: EpochMs): string {
  const second = Math.floor(at / 1000);
  let text = texts.get(second);
  if (text === undefined) {
    text = formatTime(at);
    if (texts.size >= textsMax) texts.clear();
    texts.set(second, text);
  }
  return text;
}
