/** The words of the page, in both languages: they came with it. */

/** What nobody sees and yet does something on a screen: it is shown instead. */
const UNSEEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/gu;

let sentences = {};
let all = { en: {}, fr: {} };

/** @param {{en: Record<string, string>, fr: Record<string, string>}} words */
export const teach = (words) => (all = words);

/** Text of a seal, as it may stand on a page. @param {unknown} text @returns {string} */
export const seen = (text) =>
  String(text).replace(UNSEEN, (one) => `<${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);

/** Whether there is a sentence. @param {string} key */
export const knows = (key) => key in sentences;

/** A sentence with its fields filled in. @param {string} key @param {Record<string, unknown>} [fields] @returns {string} */
export const say = (key, fields = {}) => (sentences[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => seen(fields[name] ?? whole));

/** The sentence for `n` things; in French, none is singular too. @param {string} key @param {number} n @param {object} [fields] */
export const count = (key, n, fields = {}) =>
  say(`${key}.${(document.documentElement.lang === "fr" ? n < 2 : n === 1) ? "one" : "other"}`, { n, ...fields });

/** Speak a language from now on. @param {"en" | "fr"} language */
export function speak(language) {
  sentences = all[language];
  document.documentElement.lang = language;
  document.title = say("title");
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
  const other = document.querySelector("#language");
  other.lang = say("language.other");
}

/** A time at the office, with its zone. @param {bigint} at microseconds @param {string} zone @returns {string} */
export function dateTime(at, zone) {
  const date = new Date(Number(at / 1000n));
  const name = new Intl.DateTimeFormat(`${document.documentElement.lang}-CA`, { timeZone: zone, timeZoneName: "short" });
  const digits = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return `${digits.format(date)} ${name.formatToParts(date).find((part) => part.type === "timeZoneName").value}`;
}

/** So long, in minutes, hours or days. @param {bigint} span microseconds @returns {string} */
export function age(span) {
  const minutes = Number((span < 0n ? 0n : span) / 60_000_000n);
  if (minutes < 120) return count("age.minutes", minutes);
  return minutes < 48 * 60 ? count("age.hours", Math.floor(minutes / 60)) : count("age.days", Math.floor(minutes / 1440));
}
