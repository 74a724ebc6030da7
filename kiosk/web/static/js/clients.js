/** The heads of a client's earlier sheets, offered while his name or number is typed. */

import { ask } from "./ask.js";

/** @typedef {{name: string, id: string, contact: string}} Head */

/** @type {Head[]} */
let heads = [];

/** @param {HTMLInputElement} field */
async function offer(field) {
  const text = field.value.trim();
  const chosen = heads.find((head) => text && (head.name === text || head.id === text));
  if (chosen) return prefill(field.form, chosen);
  if (text.length < 2) return;
  const reply = await ask(`${field.dataset.clients}?text=${encodeURIComponent(text)}`, { background: true });
  if (reply.kind !== "ok" || field.value.trim() !== text) return;
  heads = reply.body;
  const list = field.list;
  list?.replaceChildren(...heads.map((head) => new Option(`${head.id} ${head.contact}`.trim(), field.name === "client_id" ? head.id : head.name)));
}

/** @param {HTMLFormElement} form @param {Head} head */
function prefill(form, head) {
  for (const [name, value] of [["client_name", head.name], ["client_id", head.id], ["client_contact", head.contact]]) {
    const field = form.elements.namedItem(name);
    if (field && value) field.value = value;
  }
}

export function start() {
  for (const field of document.querySelectorAll("[data-clients]")) field.addEventListener("input", () => offer(field));
}
