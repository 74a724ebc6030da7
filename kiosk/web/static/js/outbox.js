/**
 * Nothing is lost: a scan is written down before it is sent, and struck out only when it has been answered.
 *
 * Each scan has a key of its own in localStorage, so two tabs never write over each other. One sender at a time (Web Locks; a tab
 * that dies gives its lock back), oldest first. An id makes a scan count once, however often it is sent. Who scanned it answers for
 * it: it waits for his badge, and is never sent as another's.
 *
 * @typedef {{id: string, at: number, n: number, badge: string, sheet: string, url: string, begin?: string, show?: string, text?: string, keyed?: boolean,
 *   noread?: string, instead?: number | null, stuck?: number}} Entry `begin`: the sheet must be begun first, there
 * @typedef {{getItem(k: string): string | null, setItem(k: string, v: string): void, removeItem(k: string): void, key(i: number): string | null,
 *   length: number}} Store
 * @typedef {import("./ask.js").Reply} Reply
 * @typedef {{waiting: Entry[], others: Entry[], why: "" | "asking" | "away" | "login" | "other" | "stuck", memory: boolean}} State
 *   `others`: what waits for other badges
 */

import { ask, renew } from "./ask.js";

const PREFIX = "kiosk.outbox/";
const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];
const MOVED = 5;

/** @returns {string} */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The badge at work here, "" for nobody. @returns {string} */
export const badge = () => document.querySelector("meta[name=badge]")?.content ?? "";

/** What is written down, oldest first; in memory where the browser's store is full or forbidden. */
export class Ledger {
  /** @param {Store | null} store @param {import("./vault.js").Vault} [vault] */
  constructor(store, vault) {
    this.store = store;
    this.vault = vault;
    /** @type {Map<string, Entry>} */
    this.memory = new Map();
    this.n = 0;
  }

  /** What only the vault still knows comes back. */
  async recover() {
    const here = new Set(this.entries.map((entry) => entry.id));
    for (const entry of (await this.vault?.all()) ?? []) if (!here.has(entry.id)) this.#write(entry);
  }

  /** @param {Omit<Entry, "n">} entry @returns {boolean} whether it would outlast this page */
  add(entry) {
    return this.put({ ...entry, n: (this.n += 1) });
  }

  /** @param {Entry} entry @returns {boolean} */
  put(entry) {
    this.vault?.keep(entry);
    return this.#write(entry);
  }

  #write(entry) {
    try {
      if (!this.store) throw new Error("no store");
      this.store.setItem(PREFIX + entry.id, JSON.stringify(entry));
      return this.memory.delete(entry.id) || true;
    } catch {
      return !this.memory.set(entry.id, entry);
    }
  }

  /** @param {string} id */
  strike(id) {
    this.memory.delete(id);
    this.vault?.drop(id);
    try {
      this.store?.removeItem(PREFIX + id);
    } catch {
      // A store that can't be written gives the scan again after a reload; its id makes it count once.
    }
  }

  /** @returns {Entry[]} */
  get entries() {
    return [...this.memory.values(), ...this.#stored()].sort((a, b) => a.at - b.at || a.n - b.n);
  }

  *#stored() {
    for (let i = 0; i < (this.store?.length ?? 0); i += 1) {
      const key = this.store.key(i);
      if (!key?.startsWith(PREFIX) || this.memory.has(key.slice(PREFIX.length))) continue;
      try {
        yield JSON.parse(this.store.getItem(key) ?? "");
      } catch {
        // Not ours, or struck out meanwhile by another tab.
      }
    }
  }
}

/** Sends what is written down until nothing is left. */
export class Outbox {
  /**
   * @param {Ledger} ledger
   * @param {{state: (s: State) => void, answered: (e: Entry, body: any) => void, refused: (e: Entry, body: any) => void,
   *   moved: (e: Entry) => Promise<void>, ask?: typeof ask}} to
   */
  constructor(ledger, to) {
    this.ledger = ledger;
    this.to = to;
    this.ask = to.ask ?? ask;
    this.failed = 0;
    this.why = "";
    this.running = null;
    this.timer = 0;
    /** Nothing is sent before what came back from the vault has its place. */
    this.ready = ledger.recover();
  }

  /** @returns {Entry[]} what the badge at work here has scanned */
  get mine() {
    return this.ledger.entries.filter((entry) => entry.badge === badge());
  }

  /** @returns {Entry[]} */
  get others() {
    return this.ledger.entries.filter((entry) => entry.badge !== badge());
  }

  /** Write a scan down, then send it. @param {Partial<Entry>} scan @returns {Entry} */
  put(scan) {
    const entry = { id: newId(), at: Date.now(), badge: badge(), sheet: "", url: "", ...scan };
    this.ledger.add(entry);
    if (!this.why) this.why = "asking";
    this.tell();
    this.wake();
    return entry;
  }

  /** Try now: something was added, or the world has changed. */
  wake() {
    clearTimeout(this.timer);
    this.again = true;
    this.running ??= this.#run().finally(() => (this.running = null));
  }

  tell() {
    this.to.state({ waiting: this.mine, others: this.others, why: this.why, memory: this.ledger.memory.size > 0 });
  }

  async #run() {
    await this.ready;
    while (this.again) {
      this.again = false;
      const sent = await this.#locked(() => this.#drain());
      this.tell();
      if (!sent) this.#later();
    }
  }

  #later() {
    const pause = PAUSES[Math.min(Math.max(this.failed, 1), PAUSES.length) - 1];
    this.timer = setTimeout(() => this.wake(), pause);
  }

  #locked(act) {
    return navigator.locks ? navigator.locks.request("kiosk.outbox", act) : act();
  }

  /** @returns {Promise<boolean>} false: what is left must wait */
  async #drain() {
    const failed = new Set();
    for (let entry; (entry = this.mine.find((one) => !one.stuck && !failed.has(one.id))); ) {
      const kind = await this.#send(entry);
      if (kind === "away") return false;
      if (kind === "failed") failed.add(entry.id); // this one alone, perhaps: it must not keep the others back
    }
    if (failed.size) return false;
    this.failed = 0;
    this.why = this.mine.length ? "stuck" : "";
    return true;
  }

  /** @param {Entry} entry @returns {Promise<"done" | "away" | "failed">} */
  async #send(entry) {
    let reply = await this.#attempt(entry);
    for (let i = 0; reply.kind === "moved" && i < MOVED; i += 1) {
      await this.to.moved(entry);
      reply = await this.#attempt(entry);
    }
    if (reply.kind === "ok" || reply.kind === "refused") return this.#done(entry, reply);
    if (reply.kind === "wrong") return this.#stick(entry, reply);
    if (reply.status === 403) renew((await this.ask("/session", { background: true })).body?.csrf);
    this.failed += 1;
    this.why = reply.kind !== "login" ? "away" : reply.body?.code === "other-badge" ? "other" : "login";
    return reply.status === 500 ? "failed" : "away";
  }

  #done(entry, reply) {
    this.ledger.strike(entry.id);
    this.failed = 0;
    this.why = this.mine.length ? "asking" : "";
    this.tell();
    if (reply.kind === "ok") this.to.answered(entry, reply.body);
    else this.to.refused(entry, reply.body);
    return "done";
  }

  /** One that the kiosk can't take must not block the others; it stays, and is told. */
  #stick(entry, reply) {
    this.ledger.put({ ...entry, stuck: reply.status });
    this.tell();
    this.to.refused(entry, reply.body);
    return "done";
  }

  /** @param {Entry} entry @returns {Promise<Reply>} */
  async #attempt(entry) {
    if (entry.begin) {
      const form = new FormData();
      form.set("mode", "one");
      form.set("badge", entry.badge);
      const begun = await this.ask(entry.begin, { form });
      if (begun.kind !== "ok") return begun;
      const { sheet, url } = begun.body;
      Object.assign(entry, { sheet, show: url, url: `${entry.begin}/${sheet}/scans`, begin: undefined });
      this.ledger.put(entry);
    }
    const { id, text, keyed, noread, instead = null, badge: by } = entry;
    const what = noread ? { noread } : { text, keyed };
    const reply = await this.ask(entry.url, { json: { id, ...what, instead, badge: by } });
    const mine = reply.kind !== "ok" || Array.isArray(reply.body?.rows);
    return mine ? reply : { kind: "away", status: reply.status, body: null };
  }
}
