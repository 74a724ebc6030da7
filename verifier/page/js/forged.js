/** What should prove release does not: forged, altered, not to be trusted, or not read whole. */
export class Forged extends Error {
  /** @param {string} code stable; its sentence is `refusal.CODE` @param {Record<string, unknown>} [fields] what fills that sentence */
  constructor(code, fields = {}) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}

/** Run what unpacks foreign bytes; whatever it throws but `Forged`, they are none of ours. @template T @param {() => T} read @returns {T} */
export function unpacking(read) {
  try {
    return read();
  } catch (error) {
    throw error instanceof Forged ? error : new Forged("malformed", { got: error.message });
  }
}
