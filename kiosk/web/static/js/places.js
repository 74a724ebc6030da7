/** A row and its place on the picture of its page: who points at one sees the other. The pictures follow the rows. */

import { ask } from "./ask.js";
import { entries, refresh } from "./rows.js";

const PAUSE = 250;
const POLL = 2000;
const PLACES = "#rows [data-place], #form-pages [data-place]";
const BUSY = 'article[data-state="waiting"], article[data-state="reading"]';
/** What each part was made of. @type {WeakMap<Element, string>} */
const source = new WeakMap();
let now = "";

/** The row that an element is about, or nothing. @param {EventTarget | null} target @returns {string} */
const about = (target) => (target instanceof Element ? (target.closest(PLACES)?.getAttribute("data-place") ?? "") : "");

/** @param {string} place @param {boolean} [anew] */
function choose(place, anew = false) {
  if (place === now && !anew) return;
  now = place;
  for (const old of document.querySelectorAll(".chosen")) old.classList.remove("chosen");
  if (!place) return;
  const which = `[data-place="${CSS.escape(place)}"]`;
  for (const one of document.querySelectorAll(`#form-pages a${which} .outline, #rows ${which}`)) one.classList.add("chosen");
}

/** A part that somebody is writing in is left as it is. @param {Element} part */
const written = (part) => part.contains(document.activeElement?.closest("input, summary") ?? null);

/** A newer part in the place of an older one; a picture that is the same stays, so that nothing flickers. */
function put(article, part, settled) {
  const old = document.getElementById(part.id);
  const html = part.outerHTML;
  source.set(part, html);
  if (!old) return article.append(part);
  if (source.get(old) === html || (!settled && written(old))) return undefined;
  for (const picture of part.querySelectorAll("img")) {
    const same = old.querySelector(`img[src="${CSS.escape(picture.getAttribute("src"))}"]`);
    if (same) picture.replaceWith(same);
  }
  return old.replaceWith(part);
}

/** @param {Element} article */
function show(article) {
  for (const one of document.querySelectorAll(`#uploads [data-document="${article.dataset.document}"]`)) one.remove();
  const old = document.getElementById(article.id);
  if (!old) return document.querySelector("#form-pages").append(article);
  const settled = old.dataset.state !== article.dataset.state && !article.matches(BUSY);
  old.dataset.state = article.dataset.state;
  for (const part of article.querySelectorAll(":scope > .part")) put(old, part, settled);
  return undefined;
}

let timer = 0;
let asked = false;

/** After a burst of rows once; while a form is read, now and then. @param {number} [pause] */
function later(pause = PAUSE) {
  timer ||= setTimeout(fetched, pause);
}

async function fetched() {
  timer = 0;
  if (asked) return later();
  asked = true;
  const reply = await ask(document.querySelector("#forms").dataset.url, { background: true });
  asked = false;
  if (reply.kind === "ok") {
    const shell = document.createElement("template");
    shell.innerHTML = reply.body.html;
    shell.content.querySelectorAll("article").forEach(show);
    choose(now, true);
    if (reply.body.entries > entries()) refresh();
  }
  if (document.querySelector(BUSY)) later(POLL);
  return undefined;
}

export function start() {
  document.addEventListener("pointerover", (event) => choose(about(event.target)));
  document.addEventListener("focusin", ({ target }) => {
    choose(about(target));
    if (!target.matches("#rows :focus-visible")) return; // under a pointer nothing may move: the click would go elsewhere
    document.querySelector("#form-pages .outline.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  addEventListener("kiosk:rows", () => document.querySelector("#form-pages article, #uploads li") && later());
  document.addEventListener("submit", (event) => event.target.closest("#form-pages") && later(2 * PAUSE));
  if (document.querySelector(BUSY)) later();
}
