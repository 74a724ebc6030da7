/** Buttons that open dialogs, and forms that are sent without leaving the page. */

import { alarm, announce, hush } from "./announce.js";
import { ask } from "./ask.js";
import { apply, entries } from "./rows.js";
import { say } from "./words.js";

/** @param {string} id */
function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.open) dialog?.showModal();
}

/** The question why a row goes. @param {HTMLElement} button */
function remove(button) {
  const form = document.querySelector("#remove-form");
  if (!form) return;
  form.action = form.dataset.action.replace("ROW", button.dataset.remove);
  form.querySelector("#remove-what").textContent = button.getAttribute("aria-label");
  form.elements.namedItem("seen").value = String(entries());
  open("remove");
}

/** What went wrong, in the kiosk's words. @param {import("./ask.js").Reply} reply */
export function complain(reply) {
  const told = reply.body ?? {};
  if (Array.isArray(told.rows)) apply(told, { whole: true });
  const word = { away: "not-sent", login: "login" }[reply.kind] ?? "refused";
  alarm("act", told.title ?? say(word), told.detail, ...(told.changes ?? []).map((one) => say("change", one)));
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} by */
async function send(form, by) {
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  hush("act");
  const data = new FormData(form, by);
  const reply = await ask(form.action, { form: data, timeout: Number(form.dataset.timeout) || 30000 });
  form.ariaBusy = "false";
  if (reply.kind !== "ok") return complain(reply);
  form.closest("dialog")?.close();
  if (form.dataset.then === "reload") return location.reload();
  const told = reply.body ?? {};
  if (told.url) return location.assign(told.url);
  if (Array.isArray(told.rows)) apply(told, { whole: true });
  if (told.said) announce(told.said);
  if (told.said && document.querySelector("#printed")) document.querySelector("#printed").textContent = told.said;
  form.reset();
  for (const field of form.querySelectorAll("input[name=seen]")) field.value = String(entries());
}

export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-opens], [data-remove]");
    if (button?.dataset.opens) open(button.dataset.opens);
    else if (button) remove(button);
    if (event.target.closest?.("#alarm > *")) hush(event.target.closest("#alarm > *").dataset.kind);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-fetch], form[data-print=printer], #remove-form") || event.defaultPrevented) return;
    event.preventDefault();
    if (event.submitter?.getAttribute("aria-disabled") === "true") return alarm("act", say("look-first"));
    send(form, event.submitter);
  });
}
