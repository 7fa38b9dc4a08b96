// Keeps the unfinished interview on this device, and only there, until it is received or dropped.
const DAY = 24 * 3600 * 1000;
const DRAFTS = "lang-nghe:draft:";

export class Draft {
  constructor(form) {
    const { round, version, consent, slip } = form.dataset;
    // Whoever comes with another slip does not see what was begun with this one.
    this.key = DRAFTS + round + (slip ? `:${slip}` : "");
    this.binding = `${version}/${consent}`;
  }

  // Returns the kept state, or null: nothing kept, another version, or older than a day.
  load() {
    forgetOld();
    const kept = attempt(() => JSON.parse(localStorage.getItem(this.key)));
    const isUsable = kept?.binding === this.binding && (kept.body || Date.now() - kept.at < DAY);
    if (!isUsable) this.clear();
    return isUsable ? kept : null;
  }

  save(state) {
    const text = JSON.stringify({ ...state, binding: this.binding, at: Date.now() });
    return attempt(() => {
      localStorage.setItem(this.key, text);
      sessionStorage.setItem(this.key, "here");
      return true;
    });
  }

  // Whether the same tab was already answering: then a reload goes on without asking.
  get isSameTab() {
    return attempt(() => sessionStorage.getItem(this.key)) === "here";
  }

  clear() {
    attempt(() => {
      localStorage.removeItem(this.key);
      sessionStorage.removeItem(this.key);
    });
  }
}

// Drops what was begun here more than a day ago, with this code or another; what was finished and
// could not be sent stays.
function forgetOld() {
  for (const key of attempt(() => Object.keys(localStorage)) ?? []) {
    if (!key.startsWith(DRAFTS)) continue;
    const kept = attempt(() => JSON.parse(localStorage.getItem(key)));
    if (!kept?.body && !(Date.now() - kept?.at < DAY)) attempt(() => localStorage.removeItem(key));
  }
}

// Storage may be switched off, full or damaged: then the interview goes on without being kept.
function attempt(deed) {
  try {
    return deed();
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}
