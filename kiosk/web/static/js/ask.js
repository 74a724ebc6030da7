/** Requests to the kiosk: with the token, with a time limit, and with one word for each kind of answer. */

/** @typedef {{kind: "ok" | "refused" | "moved" | "login" | "away" | "wrong", status: number, body: any}} Reply
 *  `away`: could not be asked, ask again; `wrong`: asking again would not help */

export const TIMEOUT = 8000;
const KINDS = new Map([[401, "login"], [403, "login"], [409, "moved"], [422, "refused"], [408, "away"], [425, "away"], [429, "away"]]);

/** @returns {HTMLMetaElement | null} */
const token = () => document.querySelector('meta[name="csrf"]');

/** After a log-in in another tab the old token is of no use. @param {string | undefined} csrf */
export function renew(csrf) {
  if (csrf && token()) token().content = csrf;
}

/** @param {number} status @returns {Reply["kind"]} */
const kind = (status) => KINDS.get(status) ?? (status >= 500 ? "away" : status >= 400 ? "wrong" : "away");

/**
 * Ask, and never throw: what can't be asked is `away`.
 * @param {string} url @param {{json?: object, form?: FormData, background?: boolean, timeout?: number, signal?: AbortSignal}} [how]
 * @returns {Promise<Reply>}
 */
export async function ask(url, { json, form, background = false, timeout = TIMEOUT } = {}) {
  const headers = { Accept: "application/json" };
  if (json || form) headers["X-CSRF-Token"] = token()?.content ?? "";
  if (json) headers["Content-Type"] = "application/json";
  if (background) headers["X-Background"] = "1";
  const method = json || form ? "POST" : "GET";
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeout);
  try {
    const body = json ? JSON.stringify(json) : form;
    const answer = await fetch(url, { method, headers, body, redirect: "manual", cache: "no-store", signal: patience.signal });
    if (answer.type === "opaqueredirect") return { kind: "login", status: 401, body: null };
    const text = await answer.text();
    if (answer.status === 204) return { kind: "ok", status: 204, body: null };
    const told = /\bjson\b/.test(answer.headers.get("Content-Type") ?? "") ? JSON.parse(text) : null;
    if (answer.ok) return { kind: told ? "ok" : "away", status: answer.status, body: told };
    return { kind: kind(answer.status), status: answer.status, body: told };
  } catch {
    return { kind: "away", status: 0, body: null };
  } finally {
    clearTimeout(timer);
  }
}
