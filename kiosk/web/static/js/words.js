/** The words of the page's language: rendered by the server in `<template id="words">`, so that no script speaks by itself. */

/** @type {Map<string, string> | undefined} */
let known;

function sentence(key) {
  if (!known) {
    const spans = document.querySelector("#words")?.content.querySelectorAll("[data-word]") ?? [];
    known = new Map(Array.from(spans, (span) => [span.dataset.word, span.textContent]));
  }
  return known.get(key) ?? key;
}

/** A sentence with its `{fields}` filled in. @param {string} key @param {Record<string, unknown>} [fields] @returns {string} */
export const say = (key, fields = {}) => sentence(key).replace(/\{(\w+)\}/g, (whole, name) => String(fields[name] ?? whole));

/** The sentence for `n` things; in French, none is singular too. @param {string} key @param {number} n @param {object} [fields] */
export function count(key, n, fields = {}) {
  const one = document.documentElement.lang === "fr" ? n < 2 : n === 1;
  return say(`${key}.${one ? "one" : "other"}`, { n, ...fields });
}
