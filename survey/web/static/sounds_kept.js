// Keeps on a tablet the recordings that its questions name, and no others: how much a version may
// hold is bounded by the server. The worker plays them from here, also without a network.
const CACHE = "lang-nghe-sounds";

export async function keepSounds(links) {
  if (!globalThis.caches) return;
  const wanted = new Set([...links].map((link) => link.href));
  try {
    const cache = await caches.open(CACHE);
    for (const { url } of await cache.keys()) if (!wanted.delete(url)) await cache.delete(url);
    for (const address of wanted) await cache.add(address);
  } catch (error) {
    // No line, or no room: what is missing is fetched when it is next asked for.
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
}
