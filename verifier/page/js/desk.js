/** What stands on the screen: pages whose seals hold together, or what was refused. It is judged anew while it stands there. */

import { Forged } from "./forged.js";
import { showIdle, showLists, showProof, showRefusal } from "./show.js";
import { examine, outcomes } from "./verdict.js";

const clockOfDevice = () => BigInt(Date.now()) * 1000n;

/** One desk, before one screen. */
export class Desk {
  /** @param {import("./lists.js").Lists} lists @param {string} zone */
  constructor(lists, zone) {
    this.lists = lists;
    this.zone = zone;
    this.pages = [];
    this.refused = null;
    this.newcomer = null;
    this.complete = true;
    this.filed = new Set();
    this.skew = 0n;
  }

  /** Now, in microseconds: by this device's clock, put right where a kiosk has told the time. @returns {bigint} */
  get now() {
    return clockOfDevice() + this.skew;
  }

  /** The clock of who serves this page; how far this device's is off, 0 if it is not worth a word. @param {string | null} date @param {bigint} least */
  tellTime(date, least) {
    const ahead = BigInt(Date.parse(date ?? "") || Date.now()) * 1000n - clockOfDevice();
    this.skew = ahead > least || ahead < -least ? ahead : 0n;
    return ahead === this.skew ? (ahead < 0n ? -ahead : ahead) : 0n;
  }

  /** Whether all of these stand there, well. @param {string[]} seals */
  shows(seals) {
    return !this.refused && seals.every((one) => this.pages.flat().includes(one));
  }

  /** One page more. @param {string[]} seals what was found on it */
  async present(seals) {
    if (seals.length && seals.every((one) => this.pages.flat().includes(one))) return this.judge();
    try {
      await examine([...this.pages, seals], this.lists.trust, this.now);
      this.pages = [...this.pages, seals];
    } catch (no) {
      if (!(no instanceof Forged)) throw no;
      if (no.code !== "mixed-sheets" || !this.complete) return this.refuse(no, seals);
      this.pages = [seals]; // the sheet before was seen to its end: this is the next one
    }
    return this.judge();
  }

  /** Pages one after the other, up to the first that is refused: one after it must not hide it. @param {string[][]} pages */
  async inPages(pages) {
    for (const seals of pages) {
      await this.present(seals);
      if (this.refused) return;
    }
  }

  /** Seals of a PDF, each a page. @param {string[]} seals */
  inFile(seals) {
    for (const one of seals) this.filed.add(one);
    return this.inPages(seals.map((one) => [one]));
  }

  /** Judge what stands there as things are now. */
  async judge() {
    this.refused = this.newcomer = null;
    if (!this.pages.length) return showIdle("ready", "ready");
    const { lists, now, zone } = this;
    try {
      const verdict = await examine(this.pages, lists.trust, now);
      const rulings = await outcomes(verdict, lists.byStation, now, lists.limit);
      this.complete = !verdict.missing.length;
      showProof(verdict, rulings, { zone, lists, now, filed: this.pages.flat().some((one) => this.filed.has(one)) });
    } catch (no) {
      if (!(no instanceof Forged)) throw no;
      this.#forget();
      this.refuse(no);
    }
    return undefined;
  }

  /** What was shown before is no verdict about this. @param {Forged} no @param {string[] | null} [newcomer] what could be begun with */
  refuse(no, newcomer = null) {
    this.refused = no;
    this.newcomer = no.code === "mixed-sheets" ? newcomer : null;
    this.show();
  }

  /** Begin with what was refused beside others. */
  other() {
    this.pages = [this.newcomer];
    return this.judge();
  }

  clear() {
    this.#forget();
    return this.judge();
  }

  /** Keys, holds and time have moved on. */
  async settle() {
    await this.lists.settle(this.now);
    showLists(this.lists, this.now, this.zone);
    if (!this.refused) await this.judge();
  }

  /** As it is, in the language of now. */
  show() {
    showLists(this.lists, this.now, this.zone);
    if (!this.refused) return this.judge();
    return showRefusal(this.refused, this.newcomer !== null);
  }

  #forget() {
    this.pages = [];
    this.complete = true;
  }
}
