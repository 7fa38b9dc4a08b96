// Lets a person type to find a choice in a long list, with or without Vietnamese marks.
const MOST = 6;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();

export function enable(question) {
  const box = question.querySelector(".search");
  const select = question.querySelector("select");
  if (!box) return;
  const [field, found] = [box.querySelector("input"), box.querySelector(".found")];
  box.hidden = false;
  field.addEventListener("input", () => {
    const matches = matching([...select.options], plain(field.value.trim()));
    found.replaceChildren(...matches.slice(0, MOST).map((option) => offer(option, select, field)));
    for (const slot of box.querySelectorAll('[data-slot="count"]')) slot.textContent = matches.length;
    box.querySelector(".count").hidden = !field.value.trim();
  });
}

function matching(options, typed) {
  if (!typed) return [];
  return options.filter((option) => option.value && !option.disabled && plain(option.textContent).includes(typed));
}

function offer(option, select, field) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button second", textContent: option.textContent });
  button.addEventListener("click", () => {
    select.value = option.value;
    field.value = "";
    field.dispatchEvent(new Event("input"));
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.focus();
  });
  return button;
}
