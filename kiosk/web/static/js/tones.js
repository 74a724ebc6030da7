/** A sound of its own for each outcome; never the only sign. Mute and volume are this browser's. */

import { recall, retain } from "./shelf.js";

/** Per tone: [Hz, from s, for s, wave]. Told apart by rhythm and direction, not by pitch alone. */
export const PATTERNS = {
  released: [[880, 0, 0.07, "sine"], [1320, 0.08, 0.13, "sine"]],
  held: [[330, 0, 0.16, "square"], [247, 0.18, 0.26, "square"]],
  unknown: [[587, 0, 0.09, "triangle"], [587, 0.15, 0.09, "triangle"], [440, 0.3, 0.16, "triangle"]],
  unread: [[196, 0, 0.08, "sawtooth"], [196, 0.12, 0.08, "sawtooth"], [196, 0.24, 0.08, "sawtooth"], [196, 0.36, 0.08, "sawtooth"]],
  unasked: [[740, 0, 0.12, "triangle"], [523, 0.14, 0.12, "triangle"], [740, 0.28, 0.12, "triangle"], [523, 0.42, 0.12, "triangle"]],
};

/** @type {AudioContext | undefined} */
let sound;
let muted = recall("mute") === "yes";
let volume = Number(recall("volume") ?? 60) / 100;

function wake() {
  try {
    sound ??= new AudioContext();
    if (sound.state === "suspended") sound.resume().catch(() => {});
  } catch {
    // No sound here: every outcome has its word, shape and colour.
  }
}

/** @param {string | null} name a key of PATTERNS; others are silent */
export function play(name) {
  const notes = PATTERNS[name];
  if (!notes) return;
  document.documentElement.dataset.tone = name;
  if (muted || !volume) return;
  wake();
  if (sound?.state !== "running") return;
  for (const [hertz, from, long, wave] of notes) note(hertz, sound.currentTime + from, long, wave);
}

function note(hertz, at, long, wave) {
  const voice = new OscillatorNode(sound, { type: wave, frequency: hertz });
  const gain = new GainNode(sound, { gain: 0 });
  const loud = volume * (wave === "sine" || wave === "triangle" ? 0.5 : 0.2);
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loud, at + 0.005);
  gain.gain.setValueAtTime(loud, at + long - 0.02);
  gain.gain.linearRampToValueAtTime(0, at + long);
  voice.connect(gain).connect(sound.destination);
  voice.start(at);
  voice.stop(at + long);
}

/** The controls in the header; browsers allow sound from the first touch or key on. */
export function start() {
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, wake, { capture: true, once: true });
  const mute = document.querySelector("#mute");
  const level = document.querySelector("#volume");
  mute?.setAttribute("aria-pressed", String(muted));
  mute?.addEventListener("click", () => {
    muted = !muted;
    retain("mute", muted ? "yes" : "no");
    mute.setAttribute("aria-pressed", String(muted));
  });
  if (!level) return;
  level.value = String(Math.round(volume * 100));
  level.addEventListener("change", () => {
    volume = Number(level.value) / 100;
    retain("volume", level.value);
    play("released");
  });
}
