/**
 * A second place for what waits to be sent. Chromium writes localStorage to the disk seconds later; this is on the disk at once, and
 * outlives a power cut. Where it can't be had, nothing else changes.
 */

const STORE = "scans";
/** So long a start may wait for it, ms. */
const PATIENCE = 2000;

/** @template T @param {IDBRequest<T>} asked @returns {Promise<T>} */
const answer = (asked) =>
  new Promise((given, failed) => {
    asked.onsuccess = () => given(asked.result);
    asked.onerror = () => failed(asked.error);
  });

async function open() {
  const asked = indexedDB.open("kiosk", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
  return answer(asked);
}

/** What is written here, in the order of the calls. */
export class Vault {
  constructor() {
    this.opened = open().catch(() => null);
  }

  /** @param {(store: IDBObjectStore) => IDBRequest} act @param {IDBTransactionMode} [mode] */
  async #do(act, mode = "readwrite") {
    const way = (await this.opened)?.transaction(STORE, mode, { durability: "strict" });
    if (!way) return undefined;
    const asked = answer(act(way.objectStore(STORE)));
    way.commit();
    return asked;
  }

  /** @param {{id: string}} entry */
  keep = (entry) => this.#do((store) => store.put(entry)).catch(() => {});

  /** @param {string} id */
  drop = (id) => this.#do((store) => store.delete(id)).catch(() => {});

  /** All that is kept; nothing where it can't be had soon. @returns {Promise<any[]>} */
  all() {
    const late = new Promise((given) => setTimeout(given, PATIENCE));
    return Promise.race([this.#do((store) => store.getAll(), "readonly"), late]).then((all) => all ?? []).catch(() => []);
  }
}
