/**
 * Whether a YAML 1.1 reader takes this text, unquoted, for a string: not for a boolean, number, time or null.
 * @see go-yaml v2 resolve.go
 */
export function isPlainText(text: string): boolean {
  if (text === "" || keywords.has(text)) {
    return false;
  }
  const first = text[0] ?? "";
  if (first === ".") {
    return !/^\.[0-9_]+([eE][-+]?[0-9]+)?$/.test(text);
  }
  return !/[-+0-9]/.test(first) || !(isTimestamp(text) || isNumber(text.replaceAll("_", "")) || isBase60(text));
}

const keywords = new Set(
  [
    "y Y yes Yes YES on On ON true True TRUE",
    "n N no No NO off Off OFF false False FALSE",
    "~ null Null NULL",
    ".nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF",
  ].flatMap((words) => words.split(" ")),
);

const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

function isNumber(text: string): boolean {
  return integer.test(text) || (float.test(text) && Number.isFinite(Number(text)));
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function isBase60(text: string): boolean {
  return base60.test(text);
}

const timestamp = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(Z|[-+]\d\d:\d\d)?)?$/;

/** A date, or a date and time: with `T` it needs a zone, with a space it must have none. */
function isTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (match === null) {
    return false;
  }
  const [, year, month, day, separator, hour = "0", minute = "0", second = "0", , zone] = match;
  if (separator !== undefined && (separator === " ") !== (zone === undefined)) {
    return false;
  }
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const dateIsReal = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= daysOfMonth;
  return dateIsReal && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}
