/** Constant expressions. Durations are seconds here, as everywhere in the analysis: `30 * time.Second` is 30. */

/** time.Duration's units (package time, constants of type Duration), in seconds. */
const units: Record<string, number> = {
  'time.Nanosecond': 1e-9,
  'time.Microsecond': 1e-6,
  'time.Millisecond': 1e-3,
  'time.Second': 1,
  'time.Minute': 60,
  'time.Hour': 3600,
};

export function durationUnit(name: string): number | null {
  return units[name] ?? null;
}

/** A number literal of Go, with its prefixes and underscores; null if it is none that a double can hold. */
export function parseNumber(text: string): number | null {
  const plain = text.replace(/_/g, '');
  const octal = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
  const value = Number(octal);
  return Number.isFinite(value) ? value : null;
}

/** A string literal's text, escapes left as they stand. */
export function stringText(literal: string): string {
  return literal.slice(1, -1);
}

type Constant = string | number | boolean | null;

/** `left op right` of two constants, undefined when that is no constant we follow. */
export function fold(op: string, left: Constant, right: Constant): Constant | undefined {
  if (typeof left === 'number' && typeof right === 'number') return foldNumbers(op, left, right);
  if (typeof left === 'string' && typeof right === 'string' && op === '+') return left + right;
  return undefined;
}

function foldNumbers(op: string, left: number, right: number): number | undefined {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return rounded(left * right);
    case '/':
      return right === 0 ? undefined : rounded(left / right);
    case '<<':
      return right >= 0 && right < 53 ? left * 2 ** right : undefined;
    case '|':
      return Number.isSafeInteger(left) && Number.isSafeInteger(right) ? Number(BigInt(left) | BigInt(right)) : undefined;
    default:
      return undefined;
  }
}

/** Milliseconds and the like, without the dust of binary fractions. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
