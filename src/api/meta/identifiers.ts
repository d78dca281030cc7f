/**
 * Which texts are names, labels, ports and keys. Each check returns the sentences that say what is wrong with a value;
 * for a good value always the same empty list, so that checking allocates nothing.
 * @see k8s.io/apimachinery/pkg/util/validation/validation.go and pkg/api/validate/content
 */

const fine: readonly string[] = [];

const labelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const labelPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const subdomainPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const keyNameFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const keyNamePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValuePattern = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const configKeyPattern = /^[-._a-zA-Z0-9]+$/;
const environmentNamePattern = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const printableAsciiPattern = /^[\x20-\x3c\x3e-\x7e]*$/;
const httpPathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPathPattern = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;
const httpHeaderPattern = /^[-A-Za-z0-9]+$/;

const labelLengthMax = 63;
const subdomainLengthMax = 253;

/** The text of a value that does not match: what it must be, examples, and the expression itself. */
function formatMessage(what: string, format: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${what} (regex used for validation is '${format}')`;
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${what} (e.g. ${shown}regex used for validation is '${format}')`;
}

/** `must be between 1 and 65535, inclusive` */
export function rangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

function charactersMessage(lengthMax: number): string {
  return `must be no more than ${lengthMax} characters`;
}

function bytesMessage(lengthMax: number): string {
  return `must be no more than ${lengthMax} bytes`;
}

/** A DNS label of RFC 1123: `my-name`, `123-abc`. */
export function dns1123LabelProblems(value: string): readonly string[] {
  if (value.length <= labelLengthMax && labelPattern.test(value)) return fine;
  const problems: string[] = [];
  if (value.length > labelLengthMax) problems.push(charactersMessage(labelLengthMax));
  if (!labelPattern.test(value)) {
    if (subdomainPattern.test(value)) problems.push("must not contain dots");
    else {
      const what =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
        "and must start and end with an alphanumeric character";
      problems.push(formatMessage(what, labelFormat, "my-name", "123-abc"));
    }
  }
  return problems;
}

/** A DNS subdomain of RFC 1123: labels with dots in between. */
export function dns1123SubdomainProblems(value: string): readonly string[] {
  return subdomainProblems(value, charactersMessage);
}

/** As a subdomain, with underscores wherever a letter may be: what search paths of name servers are made of. */
export function underscoredSubdomainProblems(value: string): readonly string[] {
  const problems: string[] = [];
  if (value.length > subdomainLengthMax) problems.push(charactersMessage(subdomainLengthMax));
  if (!underscoredSubdomainPattern.test(value)) {
    const what =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', " +
      "and must start and end with an alphanumeric character";
    problems.push(formatMessage(what, underscoredSubdomainFormat, "example.com"));
  }
  return problems;
}

const underscoredSubdomainFormat = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
const underscoredSubdomainPattern = new RegExp(`^${underscoredSubdomainFormat}$`);

function subdomainProblems(value: string, lengthMessage: (lengthMax: number) => string): readonly string[] {
  if (value.length <= subdomainLengthMax && subdomainPattern.test(value)) return fine;
  const problems: string[] = [];
  if (value.length > subdomainLengthMax) problems.push(lengthMessage(subdomainLengthMax));
  if (!subdomainPattern.test(value)) {
    const what =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
      "and must start and end with an alphanumeric character";
    problems.push(formatMessage(what, subdomainFormat, "example.com"));
  }
  return problems;
}

/** A DNS label of RFC 1035: as RFC 1123, but it starts with a letter. */
function dns1035LabelProblems(value: string): readonly string[] {
  if (value.length <= labelLengthMax && label1035Pattern.test(value)) return fine;
  const problems: string[] = [];
  if (value.length > labelLengthMax) problems.push(charactersMessage(labelLengthMax));
  if (!label1035Pattern.test(value)) {
    const what =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
      "start with an alphabetic character, and end with an alphanumeric character";
    problems.push(formatMessage(what, "[a-z]([-a-z0-9]*[a-z0-9])?", "my-name", "abc-123"));
  }
  return problems;
}

const keyNameWhat =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** The key of a label or annotation, also called a qualified name: `size`, `shop.example.com/size`. */
export function labelKeyProblems(value: string): readonly string[] {
  if (value.length <= labelLengthMax && keyNamePattern.test(value)) return fine;
  const parts = value.split("/");
  const example = formatMessage(keyNameWhat, keyNameFormat, "MyName", "my.name", "123-abc");
  if (parts.length > 2) {
    return [`a valid label key ${example} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const problems: string[] = [];
  const [first = "", second] = parts;
  if (second !== undefined) {
    if (first === "") problems.push("prefix part must be non-empty");
    else for (const problem of subdomainProblems(first, bytesMessage)) problems.push(`prefix part ${problem}`);
  }
  const name = second ?? first;
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > labelLengthMax) problems.push(`name part ${bytesMessage(labelLengthMax)}`);
  if (!keyNamePattern.test(name)) problems.push(`name part ${example}`);
  return problems;
}

/** The value of a label. */
export function labelValueProblems(value: string): readonly string[] {
  if (value.length <= labelLengthMax && labelValuePattern.test(value)) return fine;
  const problems: string[] = [];
  if (value.length > labelLengthMax) problems.push(bytesMessage(labelLengthMax));
  if (!labelValuePattern.test(value)) {
    const what =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', " +
      "and must start and end with an alphanumeric character";
    problems.push(formatMessage(what, `(${keyNameFormat})?`, "MyValue", "my_value", "12345"));
  }
  return problems;
}

/** A key in a ConfigMap or Secret: also a file name, so `.` and `..` are none. */
export function configMapKeyProblems(value: string): readonly string[] {
  if (value.length <= subdomainLengthMax && configKeyPattern.test(value) && !value.startsWith(".")) return fine;
  const problems: string[] = [];
  if (value.length > subdomainLengthMax) problems.push(charactersMessage(subdomainLengthMax));
  if (!configKeyPattern.test(value)) {
    const what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(formatMessage(what, "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name"));
  }
  addFolderProblems(problems, value);
  return problems;
}

function addFolderProblems(problems: string[], value: string): void {
  if (value === ".") problems.push("must not be '.'");
  else if (value === "..") problems.push("must not be '..'");
  else if (value.startsWith("..")) problems.push("must not start with '..'");
}

/** A name of an environment variable; `relaxed` (since 1.30 an option, since 1.32 the rule) takes all printable ASCII but `=`. */
export function environmentNameProblems(value: string, relaxed: boolean): readonly string[] {
  const problems: string[] = [];
  if (relaxed) {
    if (value !== "" && printableAsciiPattern.test(value)) return fine;
    if (value === "") problems.push("environment variable name must be non-empty");
    else
      problems.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
    return problems;
  }
  if (environmentNamePattern.test(value) && !value.startsWith(".")) return fine;
  if (!environmentNamePattern.test(value)) {
    const what =
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', " +
      "and must not start with a digit";
    problems.push(formatMessage(what, "[-._a-zA-Z][-._a-zA-Z0-9]*", "my.env-name", "MY_ENV.NAME", "MyEnvName1"));
  }
  addFolderProblems(problems, value);
  return problems;
}

export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65535 ? fine : [rangeMessage(1, 65535)];
}

/** The name of a port: at most 15 of `[-a-z0-9]`, with a letter among them. */
export function portNameProblems(value: string): readonly string[] {
  const problems: string[] = [];
  if (value.length > 15) problems.push(charactersMessage(15));
  if (!/^[-a-z0-9]+$/.test(value)) {
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!/[a-z]/.test(value)) problems.push("must contain at least one letter (a-z)");
  if (value.includes("--")) problems.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

export function httpHeaderProblems(value: string): readonly string[] {
  if (httpHeaderPattern.test(value)) return fine;
  const what = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [formatMessage(what, "[-A-Za-z0-9]+", "X-Header-Name")];
}

/** What is wrong with the part of `acme.io/foo` behind the first slash. */
export function httpPathProblems(value: string): readonly string[] {
  return httpPathPattern.test(value) ? fine : [formatMessage("Invalid path", httpPathFormat)];
}

const ipv4Pattern = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export function isIpv4(value: string): boolean {
  return ipv4Pattern.test(value);
}

export function isIpv6(value: string): boolean {
  if (!value.includes(":") || /[^0-9a-fA-F:.]/.test(value)) return false;
  const halves = value.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups[groups.length - 1];
  const ipv4Tail = last?.includes(".") === true;
  if (ipv4Tail && !isIpv4(last)) return false;
  const hexadecimal = ipv4Tail ? groups.slice(0, -1) : groups;
  if (!hexadecimal.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hexadecimal.length + (ipv4Tail ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** An IPv4 address that needs no zeros in front of its numbers. */
const paddedIpv4Pattern = /^0*(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.0*(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export function ipProblems(value: string): readonly string[] {
  if (!isIpv4(value) && paddedIpv4Pattern.test(value)) return ["must not have leading 0s"];
  return isIpv4(value) || isIpv6(value) ? fine : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];
}

/** What is wrong with a range of addresses: `10.0.0.0/8`. */
export function cidrProblems(value: string): readonly string[] {
  const [address = "", bits = "", ...rest] = value.split("/");
  const bitsMax = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  if (rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= bitsMax) return fine;
  return ["must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"];
}

/** Checks a name; `prefix` says that something will be appended, so that a trailing dash is fine. */
export type NameProblems = (name: string, prefix: boolean) => readonly string[];

function withoutTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith("-") ? `${name.slice(0, -2)}a` : name;
}

export const nameIsSubdomain: NameProblems = (name, prefix) =>
  dns1123SubdomainProblems(prefix ? withoutTrailingDash(name) : name);

export const nameIsLabel: NameProblems = (name, prefix) =>
  dns1123LabelProblems(prefix ? withoutTrailingDash(name) : name);

export const nameIs1035Label: NameProblems = (name, prefix) =>
  dns1035LabelProblems(prefix ? withoutTrailingDash(name) : name);
