// Reads a question aloud when its button is pressed, and stops when it is pressed again, when the
// question or the language changes, or when nobody looks. Nothing is fetched before.
const TREMBLE = 400;

let playing = null; // {sound, button}

export function enable(question) {
  for (const link of question.querySelectorAll(".listen > a")) link.replaceWith(asButton(link));
}

function asButton(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.lang = link.lang;
  button.hidden = link.hidden;
  if (link.dataset.in) button.dataset.in = link.dataset.in;
  button.append(...link.childNodes);
  let pressedAt = -TREMBLE;
  button.addEventListener("click", ({ timeStamp }) => {
    if (timeStamp - pressedAt < TREMBLE) return;
    pressedAt = timeStamp;
    const isPlaying = playing?.button === button;
    stop();
    if (!isPlaying) play(button, link.href);
  });
  return button;
}

function play(button, address) {
  const sound = new Audio(address);
  playing = { sound, button };
  mark(button, true);
  tell(button, false);
  const own = (deed) => () => playing?.sound === sound && deed();
  const fail = own(() => {
    stop();
    tell(button, true);
  });
  sound.addEventListener("ended", own(stop));
  sound.addEventListener("timeupdate", () => document.dispatchEvent(new Event("listening")));
  sound.play().catch(fail);
}

function stop() {
  if (!playing) return;
  const { sound, button } = playing;
  playing = null;
  sound.pause();
  sound.removeAttribute("src");
  mark(button, false);
}

function mark(button, isPlaying) {
  for (const state of button.querySelectorAll("[data-when]")) state.hidden = (state.dataset.when === "playing") !== isPlaying;
}

function tell(button, isFailed) {
  button.parentElement.querySelector(".fault").hidden = !isFailed;
}

document.addEventListener("step", stop);
document.addEventListener("visibilitychange", () => document.hidden && stop());
addEventListener("pagehide", stop);
new MutationObserver(stop).observe(document.documentElement, { attributeFilter: ["lang"] });
