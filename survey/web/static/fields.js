// Between the fields of one question and its answer: read, fill, describe. Twin: web/item_fields.py.
// A field is named "<item>-<field>".
import { languages, optionWords } from "./language.js";

const WHOLE = /^[-+]?\d{1,15}$/;
const GROUPED = /^[-+]?\d{1,3}(\.\d{3})+$/;
const DECIMAL = /^[-+]?\d{1,15}([.,]\d{1,15})?$/;
const DEGREES = /^-?[0-9]{1,6}(\.[0-9]{1,12})?$/;
const WAYS = ["dk", "refused", "na"];

const inputs = (question, field) => [...question.querySelectorAll(`[name$="-${field}"]`)];
const valueOf = (question, field) => (inputs(question, field)[0]?.value ?? "").normalize("NFC").trim();
const ticked = (question, field) => inputs(question, field).filter((input) => input.checked);

// Returns {answer}, {missing}, {fault} or {}: what stands in the fields of a question.
export function read(question) {
  const way = ticked(question, "missing")[0];
  if (way) return { missing: way.value };
  return READERS[question.dataset.kind](question);
}

const READERS = {
  select_one: readChoice,
  select_multiple(question) {
    const names = ticked(question, "answer").map((input) => input.value);
    const out = names.find((name) => WAYS.includes(name));
    if (out) return { missing: out };
    return names.length ? { answer: names } : {};
  },
  integer(question) {
    const typed = valueOf(question, "answer").replaceAll(" ", "");
    if (!typed) return {};
    const digits = GROUPED.test(typed) ? typed.replaceAll(".", "") : typed;
    return WHOLE.test(digits) ? { answer: Number(digits) } : { fault: "integer" };
  },
  decimal(question) {
    const typed = valueOf(question, "answer").replaceAll(" ", "");
    if (!typed) return {};
    if (!DECIMAL.test(typed) || GROUPED.test(typed)) return { fault: "decimal" };
    return { answer: Number(typed.replace(",", ".")) };
  },
  range(question) {
    const button = ticked(question, "answer")[0];
    if (!button) return inputs(question, "missing").length ? READERS.decimal(question) : {};
    return WAYS.includes(button.value) ? { missing: button.value } : { answer: Number(button.value) };
  },
  geopoint(question) {
    const typed = valueOf(question, "answer");
    const point = typed && typedPoint(typed);
    return point ? { answer: point } : typed ? { fault: "point" } : {};
  },
  date(question) {
    const [year, month, day] = ["year", "month", "day"].map((part) => valueOf(question, part));
    if (!year && !month && !day) return {};
    const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    const date = new Date(`${iso}T00:00:00Z`);
    const isReal = /^[1-9]\d{3}-\d\d-\d\d$/.test(iso) && !isNaN(date) && date.toISOString().startsWith(iso);
    return isReal ? { answer: iso } : { fault: "date" };
  },
  text(question) {
    const text = valueOf(question, "answer");
    return text ? { answer: text } : {};
  },
  note: () => ({}),
};

// What a person typed as a point on the earth, or null: latitude, longitude, altitude, accuracy;
// two numbers are enough. Twin: instruments/points.py.
function typedPoint(typed) {
  const parts = typed.replace(/[,;]/g, " ").split(/\s+/).filter(Boolean);
  while (parts.length > 1 && parts.length < 4) parts.push("0");
  if (parts.length !== 4 || !parts.every((part) => DEGREES.test(part))) return null;
  const [latitude, longitude, , accuracy] = parts.map(Number);
  const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && accuracy >= 0;
  return isOnEarth ? parts.join(" ") : null;
}

function readChoice(question) {
  const select = question.querySelector("select");
  const name = select ? select.value : ticked(question, "answer")[0]?.value;
  if (!name) return {};
  if (WAYS.includes(name)) return { missing: name };
  if (name === "other" && inputs(question, "other").length) {
    return { answer: { choice: name, text: valueOf(question, "other") } };
  }
  return { answer: name };
}

// Puts a kept answer back into the fields.
export function fill(question, answer, missing) {
  if (missing) return tick(question, [missing]);
  if (answer === undefined) return;
  const kind = question.dataset.kind;
  if (kind === "select_one") {
    tick(question, [answer.choice ?? answer]);
    for (const input of inputs(question, "other")) input.value = answer.text ?? "";
  } else if (kind === "select_multiple") {
    tick(question, answer);
  } else if (kind === "date") {
    const [year, month, day] = answer.split("-");
    for (const [part, value] of Object.entries({ year, month, day })) inputs(question, part)[0].value = value;
  } else if (kind === "range" && !inputs(question, "missing").length) {
    tick(question, [String(answer)]);
  } else {
    inputs(question, "answer")[0].value = typeof answer === "number" ? written(answer) : answer;
  }
  settle(question);
}

// A number as the language of the page writes it.
const written = (number) => document.documentElement.lang === "vi" ? String(number).replace(".", ",") : String(number);

function tick(question, values) {
  const select = question.querySelector("select");
  if (select) select.value = values.find((value) => [...select.options].some((option) => option.value === value)) ?? "";
  for (const input of question.querySelectorAll("[type=radio], [type=checkbox]")) {
    input.checked = values.includes(input.value);
  }
  settle(question);
}

// After a change: an answer and a way out exclude each other; "other" opens its line of text.
export function settle(question, changed) {
  if (changed) {
    const isWay = (input) => input.name.endsWith("-missing") || WAYS.includes(input.value);
    const isOut = changed.type === "checkbox" && isWay(changed);
    if (isOut && changed.checked) empty(question, (input) => input === changed);
    else if (!isOut) empty(question, (input) => input.type !== "checkbox" || !isWay(input));
  }
  const line = question.querySelector(".other");
  if (line) line.hidden = readChoice(question).answer?.choice !== "other";
}

// Words once written stay, struck through, in case the way out was pressed by mistake.
function empty(question, isKept) {
  for (const input of question.querySelectorAll("input, select")) {
    if (isKept(input)) continue;
    if (input.type === "checkbox" || input.type === "radio") input.checked = false;
    else if (input.name) input.value = "";
  }
}

// Returns nodes that say the answer in words, in every language of the page.
export function describe(question) {
  const { answer } = read(question);
  if (question.dataset.kind === "date" && answer) return [answer.split("-").reverse().join("/")];
  const chosen = [...question.querySelectorAll("input:checked")].map((input) => input.labels[0]);
  const words = chosen.map((label) => [...label.querySelectorAll("[data-in]")].map((node) => node.cloneNode(true)));
  const option = question.querySelector("select")?.selectedOptions[0];
  if (option?.value) words.push(languages().map((code) => inLanguage(code, optionWords(option, code))));
  const typed = [...inputs(question, "answer"), ...inputs(question, "other")]
    .filter((input) => input.matches("textarea, input:not([type=radio], [type=checkbox])") && !input.closest("[hidden]:not([data-item])"))
    .map((input) => input.value.trim())
    .filter(Boolean);
  return [...words, ...typed.map((text) => [text])].flatMap((nodes, index) => (index ? ["\n", ...nodes] : nodes));
}

function inLanguage(code, textContent) {
  const span = document.createElement("span");
  span.dataset.in = code;
  return Object.assign(span, { textContent, hidden: code !== document.documentElement.lang });
}
