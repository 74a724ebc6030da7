/** What a decoded value must be: each of these gives it back, or throws. Times are microseconds since 1970, as BigInt. */

const MOMENTS = [-62135596800000000n, 253402300799999999n];

function check(sound, what) {
  if (!sound) throw new TypeError(`expected ${what}`);
}

/** @param {unknown} value @param {...number} sizes */
export function listOf(value, ...sizes) {
  check(Array.isArray(value) && (!sizes.length || sizes.includes(value.length)), `a list of ${sizes}`);
  return value;
}

/** @param {unknown} value @returns {string} */
export function textOf(value) {
  check(typeof value === "string", "text");
  return value;
}

/** @param {unknown} value @returns {Uint8Array} */
export function octets(value) {
  check(value instanceof Uint8Array, "bytes");
  return value;
}

/** @param {unknown} value @returns {boolean} */
export function flag(value) {
  check(typeof value === "boolean", "true or false");
  return value;
}

/** A number that counts things. @param {unknown} value @returns {number} */
export function whole(value) {
  check(typeof value === "bigint" && Number.isSafeInteger(Number(value)), "a number");
  return Number(value);
}

/** One of some values, by its place among them. @template T @param {T[]} ones @param {unknown} value @returns {T} */
export function oneOf(ones, value) {
  const place = whole(value);
  check(place >= 0 && place < ones.length, `less than ${ones.length}`);
  return ones[place];
}

/** A time of the years 1 to 9999. @param {unknown} value @returns {bigint} */
export function moment(value) {
  check(typeof value === "bigint" && value >= MOMENTS[0] && value <= MOMENTS[1], "a time");
  return value;
}

/** @param {bigint} at @returns {string} the day, UTC */
export const day = (at) => new Date(Number(at / 1000n)).toISOString().slice(0, 10);

/** @param {bigint} at @returns {string} */
export const minute = (at) => `${new Date(Number(at / 1000n)).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** @param {Uint8Array} bytes @returns {string} */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} digits @returns {Uint8Array} */
export const unhex = (digits) => Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (two) => Number.parseInt(two, 16));
