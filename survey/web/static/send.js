// Sends one finished interview: the same bytes each time, until the server says what became of it.
const SLOWEST = 300;
const PATIENCE = 30000;

// Returns {receipt}, {refusal: {error, where, message}, status} or {after: seconds}.
export async function send(address, body, slip) {
  const bytes = new TextEncoder().encode(body);
  const digest = await sha256(bytes);
  const headers = { "Content-Type": "application/json" };
  if (digest) headers["Content-Digest"] = `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
  if (slip) headers.Authorization = `Slip ${slip}`;
  let reply, content;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    reply = await fetch(address, { method: "PUT", headers, body: bytes, signal, credentials: "omit", cache: "no-store" });
    content = await reply.json();
  } catch {
    return { after: null };
  }
  if (reply.ok) return digest && content.sha256 !== hex(digest) ? { after: null } : { receipt: content.receipt };
  if (reply.status === 429 || reply.status >= 500) return { after: Number(reply.headers.get("Retry-After")) || null };
  return { refusal: content, status: reply.status };
}

// Seconds until the next attempt: doubled each time, spread at random, never more than five minutes.
export function pause(attempt, after) {
  const longest = Math.min(SLOWEST, 2 ** (attempt + 1));
  return Math.ceil(Math.max(after ?? 0, 2 + Math.random() * longest));
}

// A browser on plain http cannot hash: null.
async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
