// Where finished interviews wait on this device. On disk (IndexedDB) each is sealed under a key of
// its own that no script can read out and that goes with it; beside the seal stand a random id, why
// the server refused it and the hash of a random code, nothing else. A browser on plain http has no
// cryptography: there they wait in memory only, and `isKept` says so.
const DATABASE = "lang-nghe-outbox";
const ITEMS = "items";
const CIPHER = "AES-GCM";
const NONCE_BYTES = 12;

// Returns a store of queue.js.
export async function openStore() {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return new InMemory();
  try {
    return new OnDisk(await opened());
  } catch (error) {
    if (error instanceof DOMException) return new InMemory(); // storage is switched off
    throw error;
  }
}

class OnDisk {
  isKept = true;
  #database;

  constructor(database) {
    this.#database = database;
  }

  async list() {
    const items = await this.#do("readonly", (store) => store.getAll());
    return items.map(({ id, refusal, hash = null }) => ({ id, refusal, hash }));
  }

  async put(id, body, hash) {
    const key = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(cipher(id, iv), key, body);
    await this.#do("readwrite", (store) => store.add({ id, refusal: null, hash, key, iv, sealed }));
  }

  async body(id) {
    const item = await this.#do("readonly", (store) => store.get(id));
    if (!item) return null;
    return new Uint8Array(await crypto.subtle.decrypt(cipher(id, item.iv), item.key, item.sealed));
  }

  async refuse(id, refusal) {
    await this.#do("readwrite", (store) => {
      const reading = store.get(id);
      reading.onsuccess = () => reading.result && store.put({ ...reading.result, refusal });
      return reading;
    });
  }

  async remove(id) {
    await this.#do("readwrite", (store) => store.delete(id));
  }

  // One transaction; what it wrote is on the disk when it resolves, not in a buffer.
  #do(mode, deed) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(ITEMS, mode, { durability: "strict" });
      const request = deed(transaction.objectStore(ITEMS));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
    });
  }
}

class InMemory {
  isKept = false;
  #items = new Map();

  async list() {
    return [...this.#items].map(([id, { refusal, hash }]) => ({ id, refusal, hash }));
  }

  async put(id, body, hash) {
    this.#items.set(id, { body, hash, refusal: null });
  }

  async body(id) {
    return this.#items.get(id)?.body ?? null;
  }

  async refuse(id, refusal) {
    this.#items.get(id).refusal = refusal;
  }

  async remove(id) {
    this.#items.delete(id);
  }
}

// The id is bound into the seal: one item's bytes never pass for another's.
const cipher = (id, iv) => ({ name: CIPHER, iv, additionalData: new TextEncoder().encode(id) });

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ITEMS, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
