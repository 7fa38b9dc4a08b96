// Changes the language of the page in place: every text is there in all languages, one is shown.
export const languages = () => [...document.querySelectorAll("[data-language]")].map((button) => button.dataset.language);

// The choices of a list are written in the language in which the page was made, with their words in
// the others beside them.
const MADE_IN = document.documentElement.lang;

export function optionWords(option, code) {
  option.dataset[MADE_IN] ??= option.textContent;
  return option.dataset[code] ?? option.dataset[MADE_IN];
}

export function speak(code) {
  const root = document.documentElement;
  root.lang = code;
  for (const node of document.querySelectorAll("[data-in]")) node.hidden = node.dataset.in !== code;
  for (const option of document.querySelectorAll("option")) option.textContent = optionWords(option, code);
  for (const button of document.querySelectorAll("[data-language]")) button.hidden = button.dataset.language === code;
  const title = document.querySelector("title");
  if (title.dataset[code]) document.title = title.dataset[code];
  const secure = location.protocol === "https:";
  document.cookie = `${secure ? "__Host-" : ""}lang=${code}; path=/; max-age=31536000; samesite=lax${secure ? "; secure" : ""}`;
}
