// What an expression means in the browser: the twin of survey/instruments/evaluate.py, which
// fixes the meaning. Tree and scope in, one value (text, number or boolean) out; never an error.

const DECIMAL = /^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)$/;
const ISO_DATE = /^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$/;
const DAY = 86400000;
const MAX_TEXT = 255;
const MAX_PLACES = 15;

export function evaluate(tree, scope) {
  if (tree.op in LEAVES) return LEAVES[tree.op](tree, scope);
  const values = tree.args.map((child) => evaluate(child, scope));
  if (tree.op === "jr:choice-name") return choiceName(tree.name, asText(values[0]), scope);
  return FUNCTIONS[tree.op](...values);
}

export function holds(tree, scope) {
  return !tree || asBoolean(evaluate(tree, scope));
}

export function asBoolean(value) {
  return Boolean(value);
}

export function asNumber(value) {
  if (typeof value !== "string") return Number(value);
  const text = value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  return DECIMAL.test(text) ? Number(text) : daysOf(text);
}

export function asText(value) {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(value);
  const [digits, exponent] = typeof value === "number" ? text.split("e-") : [text];
  if (!exponent) return text;
  const sign = value < 0 ? "-" : "";
  return `${sign}0.${"0".repeat(exponent - 1)}${digits.replace(/[-.]/g, "")}`;
}

// Days from 1970-01-01 to an ISO date between 1000 and 9999, else NaN.
export function daysOf(text) {
  if (!ISO_DATE.test(text)) return NaN;
  const time = Date.parse(text);
  return isoDate(time) === text ? time / DAY : NaN;
}

export const codesOf = (value) => asText(value).split(" ").filter(Boolean);

const own = (names, name, otherwise) => (Object.hasOwn(names, name) ? names[name] : otherwise);

function isoDate(time) {
  return Number.isNaN(time) ? "" : new Date(time).toISOString().slice(0, 10);
}

function choiceName(name, codes, scope) {
  const labels = own(scope.labels, name, {});
  return codesOf(codes).map((code) => own(labels, code, code)).join(", ");
}

function isEqual(left, right) {
  const kinds = [typeof left, typeof right];
  if (kinds.includes("boolean")) return asBoolean(left) === asBoolean(right);
  if (kinds.includes("number")) return asNumber(left) === asNumber(right);
  return left === right;
}

function round(value, places = 0) {
  const number = asNumber(value);
  const digits = asNumber(places);
  if (!Number.isFinite(digits)) return NaN;
  if (!Number.isFinite(number) || Math.abs(digits) > MAX_PLACES) return number;
  const scale = Number(`1e${Math.abs(Math.trunc(digits))}`);
  return digits < 0
    ? Math.floor(number / scale + 0.5) * scale
    : Math.floor(number * scale + 0.5) / scale;
}

function date(value) {
  if (typeof value === "string" && !Number.isNaN(daysOf(value))) return value;
  const days = Math.floor(asNumber(value));
  return days >= daysOf("1000-01-01") && days <= daysOf("9999-12-31") ? isoDate(days * DAY) : "";
}

function formatDate(value, pattern) {
  const iso = date(value);
  if (!iso) return "";
  const [year, month, day] = iso.split("-");
  const parts = { Y: year, y: year.slice(2), m: month, n: `${+month}`, d: day, e: `${+day}` };
  return asText(pattern).replace(/%([Yymnde])/g, (_, sign) => parts[sign]);
}

function regex(value, pattern) {
  const text = asText(value);
  return [...text].length <= MAX_TEXT && new RegExp(`^(?:${asText(pattern)})$`, "u").test(text);
}

function substr(value, start, end = Infinity) {
  const signs = [...asText(value)];
  return signs.slice(place(start, signs.length), place(end, signs.length)).join("");
}

function place(value, length) {
  const number = asNumber(value) || 0;
  return Math.trunc(Math.min(Math.max(number < 0 ? number + length : number, 0), length));
}

const numeric = (work) => (left, right) => work(asNumber(left), asNumber(right));

const LEAVES = {
  literal: (tree) => tree.value,
  ref: (tree, scope) => own(scope.values, tree.name, ""),
  self: (tree, scope) => scope.own,
  column: (tree, scope) => own(scope.columns, tree.name, ""),
  today: (tree, scope) => scope.today,
};

// "+ 0" turns the negative zero into zero, as in Python.
const FUNCTIONS = {
  or: (a, b) => asBoolean(a) || asBoolean(b),
  and: (a, b) => asBoolean(a) && asBoolean(b),
  "=": isEqual,
  "!=": (a, b) => !isEqual(a, b),
  "<": numeric((a, b) => a < b),
  "<=": numeric((a, b) => a <= b),
  ">": numeric((a, b) => a > b),
  ">=": numeric((a, b) => a >= b),
  "+": numeric((a, b) => a + b),
  "-": numeric((a, b) => a - b),
  "*": numeric((a, b) => a * b),
  div: numeric((a, b) => a / b),
  mod: numeric((a, b) => a % b),
  neg: (a) => -asNumber(a),
  abs: (a) => Math.abs(asNumber(a)),
  coalesce: (a, b) => (["", "NaN"].includes(asText(a)) ? b : a),
  concat: (...values) => values.map(asText).join(""),
  contains: (a, b) => asText(a).includes(asText(b)),
  "count-selected": (a) => codesOf(a).length,
  date,
  "ends-with": (a, b) => asText(a).endsWith(asText(b)),
  false: () => false,
  "format-date": formatDate,
  if: (condition, a, b) => (asBoolean(condition) ? a : b),
  int: (a) => Math.trunc(asNumber(a)) + 0,
  max: (...values) => Math.max(...values.map(asNumber)) + 0,
  min: (...values) => Math.min(...values.map(asNumber)) + 0,
  not: (a) => !asBoolean(a),
  number: asNumber,
  regex,
  round,
  selected: (a, b) => codesOf(a).includes(asText(b)),
  "starts-with": (a, b) => asText(a).startsWith(asText(b)),
  string: asText,
  "string-length": (a) => [...asText(a)].length,
  substr,
  true: () => true,
};
