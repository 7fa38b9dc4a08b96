// The PIN that leaves the citizens' screens, checked on the tablet itself. Twin: operations/kiosks.py.
import { sha256 } from "./sha256.js";

const ROUNDS = 5000;
const LONGEST = 300;
const KEPT = "lang-nghe:exit";

export function isRight(pin, salt, expected) {
  const seed = bytesOf(salt);
  let digest = new TextEncoder().encode(pin);
  for (let round = 0; round < ROUNDS; round++) digest = sha256(joined(seed, digest));
  return hexOf(digest) === expected;
}

// Seconds to wait before the next try: doubled after each wrong one, through reloads too.
// A wait longer than any we set means that the clock was set back: it counts as over.
export function secondsToWait() {
  const left = Math.ceil((load().until - Date.now()) / 1000);
  return left > LONGEST ? 0 : Math.max(0, left);
}

export function note(wasRight) {
  const wrong = wasRight ? 0 : load().wrong + 1;
  const pause = wasRight ? 0 : Math.min(LONGEST, 2 ** wrong);
  localStorage.setItem(KEPT, JSON.stringify({ wrong, until: Date.now() + pause * 1000 }));
  return pause;
}

const load = () => JSON.parse(localStorage.getItem(KEPT)) ?? { wrong: 0, until: 0 };

function joined(left, right) {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
