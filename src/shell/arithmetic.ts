/** Arithmetic of `$((…))`, `let` and slices: 64 bits, with ash's operators and errors. */
interface ArithmeticVariables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** What ash says where it cannot reckon; the shell makes it an error of its own. */
export class ArithmeticFault {
  constructor(readonly message: string) {}
}

const fault = (): never => {
  throw new ArithmeticFault("arithmetic syntax error");
};

type Operator = (left: bigint, right: bigint) => bigint;

const truth = (value: boolean): bigint => (value ? 1n : 0n);

function divided(left: bigint, right: bigint, operation: Operator): bigint {
  if (right === 0n) throw new ArithmeticFault("divide by zero");
  return operation(left, right);
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ArithmeticFault("exponent less than 0");
  let result = 1n;
  let factor = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = BigInt.asIntN(64, result * factor);
    factor = BigInt.asIntN(64, factor * factor);
  }
  return result;
}

const binary: Readonly<Record<string, { readonly precedence: number; readonly apply: Operator }>> = {
  "**": { precedence: 12, apply: power },
  "*": { precedence: 11, apply: (left, right) => left * right },
  "/": { precedence: 11, apply: (left, right) => divided(left, right, (dividend, divisor) => dividend / divisor) },
  "%": { precedence: 11, apply: (left, right) => divided(left, right, (dividend, divisor) => dividend % divisor) },
  "+": { precedence: 10, apply: (left, right) => left + right },
  "-": { precedence: 10, apply: (left, right) => left - right },
  "<<": { precedence: 9, apply: (left, right) => left << (right & 63n) },
  ">>": { precedence: 9, apply: (left, right) => left >> (right & 63n) },
  "<": { precedence: 8, apply: (left, right) => truth(left < right) },
  ">": { precedence: 8, apply: (left, right) => truth(left > right) },
  "<=": { precedence: 8, apply: (left, right) => truth(left <= right) },
  ">=": { precedence: 8, apply: (left, right) => truth(left >= right) },
  "==": { precedence: 7, apply: (left, right) => truth(left === right) },
  "!=": { precedence: 7, apply: (left, right) => truth(left !== right) },
  "&": { precedence: 6, apply: (left, right) => left & right },
  "^": { precedence: 5, apply: (left, right) => left ^ right },
  "|": { precedence: 4, apply: (left, right) => left | right },
  "&&": { precedence: 3, apply: (left, right) => truth(left !== 0n && right !== 0n) },
  "||": { precedence: 2, apply: (left, right) => truth(left !== 0n || right !== 0n) },
};

const tokenPattern =
  /[ \t\n\r]*(?:(0[xX][0-9a-fA-F]+|[0-9]+#[0-9A-Za-z@_]+|[0-9]\w*)|([A-Za-z_]\w*)|(\*\*=|<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!&^|~?:(),]))/y;

/** The value of an expression; that of an empty one is 0. Throws ArithmeticFault. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): bigint {
  if (/^[ \t\n]*$/.test(text)) return 0n;
  return new Evaluation(text, variables, 0).whole();
}

/** How deep variables may hold expressions that name variables. */
const depthMax = 64;

class Evaluation {
  readonly #tokens: readonly string[];
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  #at = 0;
  /** In the branch not taken of `?:`, `&&` and `||` nothing is assigned and nothing fails. */
  #isSkipping = false;

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    this.#tokens = tokensOf(text);
    this.#variables = variables;
    this.#depth = depth;
  }

  whole(): bigint {
    const value = this.#comma();
    if (this.#at < this.#tokens.length) fault();
    return value;
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#take(",")) value = this.#assignment();
    return value;
  }

  #assignment(): bigint {
    const name = this.#tokens[this.#at];
    const operator = this.#tokens[this.#at + 1];
    if (name === undefined || operator === undefined || !/^[A-Za-z_]/.test(name)) return this.#ternary();
    if (operator !== "=" && !(operator.endsWith("=") && binary[operator.slice(0, -1)] && !binary[operator])) {
      return this.#ternary();
    }
    this.#at += 2;
    const right = this.#assignment();
    if (operator === "=") return this.#set(name, right);
    const apply = binary[operator.slice(0, -1)]?.apply ?? fault();
    return this.#set(name, this.#isSkipping ? 0n : apply(this.#valueOf(name), right));
  }

  #ternary(): bigint {
    const condition = this.#binary(0);
    if (!this.#take("?")) return condition;
    const chosen = this.#skippingIf(condition === 0n, () => this.#comma());
    if (!this.#take(":")) fault();
    const other = this.#skippingIf(condition !== 0n, () => this.#assignment());
    return condition !== 0n ? chosen : other;
  }

  #binary(precedence: number): bigint {
    let left = this.#unary();
    for (;;) {
      const token = this.#tokens[this.#at] ?? "";
      const operator = binary[token];
      if (!operator || operator.precedence <= precedence) return left;
      this.#at++;
      const isDecided = (token === "&&" && left === 0n) || (token === "||" && left !== 0n);
      const rightPrecedence = token === "**" ? operator.precedence - 1 : operator.precedence;
      const right = this.#skippingIf(isDecided, () => this.#binary(rightPrecedence));
      left = this.#isSkipping ? 0n : BigInt.asIntN(64, operator.apply(left, isDecided ? 0n : right));
    }
  }

  #skippingIf(isSkipped: boolean, evaluate: () => bigint): bigint {
    const before = this.#isSkipping;
    this.#isSkipping = before || isSkipped;
    const value = evaluate();
    this.#isSkipping = before;
    return value;
  }

  #unary(): bigint {
    const token = this.#tokens[this.#at];
    switch (token) {
      case "-":
        this.#at++;
        return BigInt.asIntN(64, -this.#unary());
      case "+":
        this.#at++;
        return this.#unary();
      case "!":
        this.#at++;
        return truth(this.#unary() === 0n);
      case "~":
        this.#at++;
        return ~this.#unary();
      case "++":
      case "--": {
        const name = this.#tokens[++this.#at] ?? "";
        if (!/^[A-Za-z_]/.test(name)) return fault();
        this.#at++;
        return this.#set(name, this.#valueOf(name) + (token === "++" ? 1n : -1n));
      }
      default:
        return this.#primary();
    }
  }

  #primary(): bigint {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return fault();
    if (token === "(") {
      const value = this.#comma();
      if (!this.#take(")")) fault();
      return value;
    }
    if (/^[0-9]/.test(token)) return numberOf(token) ?? fault();
    if (!/^[A-Za-z_]/.test(token)) return fault();
    const value = this.#valueOf(token);
    const next = this.#tokens[this.#at];
    if (next !== "++" && next !== "--") return value;
    this.#at++;
    this.#set(token, value + (next === "++" ? 1n : -1n));
    return value;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #valueOf(name: string): bigint {
    const text = this.#variables.get(name)?.trim() ?? "";
    if (text === "") return 0n;
    const number = /^[0-9]+$/.test(text) ? numberOf(text) : null;
    if (number !== null) return number;
    if (this.#depth >= depthMax) throw new ArithmeticFault("expression recursion loop detected");
    return new Evaluation(text, this.#variables, this.#depth + 1).whole();
  }

  #set(name: string, value: bigint): bigint {
    const whole = BigInt.asIntN(64, value);
    if (!this.#isSkipping) this.#variables.set(name, whole.toString());
    return whole;
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const match = tokenPattern.exec(text);
    if (!match) return fault();
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
}

/** A number in base 8, 10 or 16, or in the base that `#` names; null for what is none. */
function numberOf(token: string): bigint | null {
  const [, base, digits] = /^(\d+)#(\w+)$/.exec(token) ?? [];
  if (base !== undefined && digits !== undefined) return inBase(digits, Number(base));
  if (/^0[xX][0-9a-fA-F]+$/.test(token)) return BigInt.asIntN(64, BigInt(token));
  if (/^0[0-7]*$/.test(token)) return BigInt.asIntN(64, token === "0" ? 0n : BigInt(`0o${token.slice(1) || "0"}`));
  return /^[1-9][0-9]*$/.test(token) ? BigInt.asIntN(64, BigInt(token)) : null;
}

function inBase(digits: string, base: number): bigint | null {
  if (base < 2 || base > 64) return null;
  let value = 0n;
  for (const digit of base <= 36 ? digits.toLowerCase() : digits) {
    const weight = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_".indexOf(digit);
    if (weight < 0 || weight >= base) return null;
    value = value * BigInt(base) + BigInt(weight);
  }
  return BigInt.asIntN(64, value);
}
