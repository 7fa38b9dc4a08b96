// Keeps a tablet's screens usable without a network: the page and what it is made from, nothing
// else. Answers and replies of the API never pass through here. The server puts SHELL in front:
// {version, page, mark, none, files, sounds}; another version makes another cache and leaves the outbox alone.
const PATIENCE = 600;
const CACHE = `lang-nghe-shell-${SHELL.version}`;

addEventListener("install", (event) => event.waitUntil(fill()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === SHELL.page) event.respondWith(screens(event));
  else if (SHELL.files.includes(pathname)) event.respondWith(kept(request));
  else if (pathname.startsWith(SHELL.sounds)) event.respondWith(sound(request));
});

// All of it or none: a worker whose shell is not whole is not installed.
async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files);
  await fromServer();
  await skipWaiting();
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("lang-nghe-shell-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

// The page of the server if it comes soon, else the one that was kept; the server's goes on in the
// background and is what the next start shows.
async function screens(event) {
  const coming = fromServer();
  event.waitUntil(coming.catch(() => null));
  const cached = await caches.match(SHELL.page, { cacheName: CACHE });
  if (!cached) return coming;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, cached));
  const soon = coming.then((reply) => (reply.headers.has(SHELL.mark) ? reply : cached), () => cached);
  return Promise.race([soon, late]);
}

// Only screens made from the files we keep are kept: those of the next version are kept by its own
// worker, once it has its files. When the server says that there are none (the device was revoked,
// the round is over), the kept ones are no longer true. What a gateway answers changes nothing.
async function fromServer() {
  const reply = await fetch(SHELL.page, { cache: "no-store", credentials: "same-origin" });
  const cache = await caches.open(CACHE);
  const mark = reply.headers.get(SHELL.mark);
  if (mark === SHELL.version) await cache.put(SHELL.page, reply.clone());
  else if (mark === SHELL.none) await cache.delete(SHELL.page);
  return reply;
}

async function kept(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

// A recording that the page has kept (sounds_kept.js); a player may ask for a part of it.
async function sound(request) {
  const whole = await caches.match(request.url, { cacheName: "lang-nghe-sounds" });
  const part = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!whole || !part) return whole ?? fetch(request);
  const bytes = await whole.blob();
  const first = Number(part[1]);
  const last = Math.min(Number(part[2] || bytes.size), bytes.size - 1);
  const headers = { "Content-Type": bytes.type, "Content-Range": `bytes ${first}-${last}/${bytes.size}` };
  return new Response(bytes.slice(first, last + 1), { status: 206, headers });
}
