/**
 * Deterministic CBOR (RFC 8949, 4.2), as much of it as seals and lists are made of, and nothing else: no floats, no indefinite
 * lengths, no other tag or simple value, no duplicate key, nothing after the end.
 *
 * Whole numbers are BigInt: microseconds of the year 9999 are more than a double holds exactly.
 *
 * @typedef {bigint | string | boolean | null | Uint8Array | Value[] | Map<bigint | string, Value> | Tag} Value
 */

const DEPTH = 8;
const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const SIMPLE = new Map([[20n, false], [21n, true], [22n, null]]);

/** A value under a tag. */
export class Tag {
  constructor(number, value) {
    this.number = number;
    this.value = value;
  }
}

/** One value, written as we write it; anything else throws. @param {Uint8Array} data @returns {Value} */
export function decode(data) {
  const from = { data, at: 0 };
  const value = read(from, 0);
  if (from.at !== data.length) throw new RangeError("bytes after the end");
  if (!same(encode(value), data)) throw new RangeError("not as we write it");
  return value;
}

/** @param {Value} value @returns {Uint8Array} */
export function encode(value) {
  const into = [];
  write(value, into);
  return joined(into);
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function take(from, size) {
  if (size > BigInt(from.data.length - from.at)) throw new RangeError("cut off");
  from.at += Number(size);
  return from.data.subarray(from.at - Number(size), from.at);
}

function argument(from, info) {
  if (info < 24) return BigInt(info);
  if (info > 27) throw new RangeError("a length that is not said");
  return take(from, 1n << BigInt(info - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function read(from, depth) {
  if (depth > DEPTH) throw new RangeError("too deep");
  const [first] = take(from, 1n);
  const size = argument(from, first & 31);
  switch (first >> 5) {
    case 0: return size;
    case 1: return -1n - size;
    case 2: return take(from, size);
    case 3: return TEXT.decode(take(from, size));
    case 4: return many(from, size, () => read(from, depth + 1));
    case 5: return keyed(many(from, size, () => [read(from, depth + 1), read(from, depth + 1)]));
    case 6: return new Tag(size, read(from, depth + 1));
    default: return simple(first, size);
  }
}

/** So many values; each is a byte at least, so that a great number of them is not believed. */
function many(from, count, one) {
  if (count > BigInt(from.data.length - from.at)) throw new RangeError("cut off");
  return Array.from({ length: Number(count) }, one);
}

function keyed(pairs) {
  const found = new Map(pairs);
  if (found.size !== pairs.length) throw new RangeError("a key twice");
  return found;
}

function simple(first, value) {
  if ((first & 31) > 23 || !SIMPLE.has(value)) throw new RangeError("no value of ours");
  return SIMPLE.get(value);
}

function head(kind, size) {
  const length = size < 24n ? 0 : size < 1n << 8n ? 1 : size < 1n << 16n ? 2 : size < 1n << 32n ? 4 : 8;
  if (size >> 64n) throw new RangeError("more than 64 bits");
  const bytes = new Uint8Array(1 + length);
  bytes[0] = (kind << 5) | (length ? 24 + Math.log2(length) : Number(size));
  for (let at = length; at > 0; at -= 1) bytes[at] = Number((size >> BigInt(8 * (length - at))) & 255n);
  return bytes;
}

function write(value, into) {
  if (typeof value === "bigint") into.push(value < 0n ? head(1, -1n - value) : head(0, value));
  else if (value instanceof Uint8Array) into.push(head(2, BigInt(value.length)), value);
  else if (typeof value === "string") text(value, into);
  else if (Array.isArray(value)) list(value, into);
  else if (value instanceof Map) map(value, into);
  else if (value instanceof Tag) {
    into.push(head(6, value.number));
    write(value.value, into);
  } else into.push(head(7, value === null ? 22n : value ? 21n : 20n));
}

function text(value, into) {
  const bytes = new TextEncoder().encode(value);
  into.push(head(3, BigInt(bytes.length)), bytes);
}

function list(values, into) {
  into.push(head(4, BigInt(values.length)));
  for (const one of values) write(one, into);
}

/** Keys in the order of their encodings, the shorter first. */
function map(values, into) {
  const pairs = Array.from(values, ([key, value]) => [encode(key), value]);
  pairs.sort(([a], [b]) => a.length - b.length || a.reduce((found, byte, at) => found || byte - b[at], 0));
  into.push(head(5, BigInt(pairs.length)));
  for (const [key, value] of pairs) {
    into.push(key);
    write(value, into);
  }
}
