// Keeps a tablet's screens usable without a network: the page and what it is made from, nothing
// else. Answers and replies of the API never pass through here. The server puts SHELL in front:
// {version, page, mark, files}; another version makes another cache and leaves the outbox alone.
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
  const soon = coming.then((reply) => (reply.status < 500 ? reply : cached), () => cached);
  return Promise.race([soon, late]);
}

// Only the screens themselves are kept. When the server shows something else (the device was
// revoked, the round is over), the kept ones are no longer true.
async function fromServer() {
  const reply = await fetch(SHELL.page, { cache: "no-store", credentials: "same-origin" });
  const cache = await caches.open(CACHE);
  if (reply.ok && reply.headers.has(SHELL.mark)) await cache.put(SHELL.page, reply.clone());
  else if (reply.status < 500) await cache.delete(SHELL.page);
  return reply;
}

async function kept(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}
