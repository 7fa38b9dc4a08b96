// Records a question in the browser and puts the sound into the file field of the form, so that it
// is sent like any uploaded file. Without a microphone the form still takes files.
const LONGEST = 120;
const BITS = 32000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

const form = document.getElementById("recorder");
const field = form.querySelector('input[type="file"]');
const heard = form.querySelector("[data-heard]");
const [start, stop] = ["start", "stop"].map((deed) => form.querySelector(`[data-record="${deed}"]`));
let recorder = null;

function say(state) {
  for (const node of form.querySelectorAll("[data-state]")) node.hidden = node.dataset.state !== state;
  start.hidden = state === "recording";
  stop.hidden = state !== "recording";
}

async function record() {
  let stream = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    if (error instanceof DOMException) return say("refused");
    throw error;
  }
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS });
  const parts = [];
  const begunAt = performance.now();
  const clock = setInterval(() => {
    const seconds = Math.floor((performance.now() - begunAt) / 1000);
    form.querySelector("[data-seconds]").textContent = `${seconds} s`;
    if (seconds >= LONGEST) recorder.stop();
  }, 250);
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    take(new Blob(parts, { type: recorder.mimeType }));
  });
  recorder.start();
  say("recording");
  stop.focus();
}

function take(sound) {
  const files = new DataTransfer();
  files.items.add(new File([sound], "recording", { type: sound.type }));
  field.files = files.files;
  URL.revokeObjectURL(heard.src);
  heard.src = URL.createObjectURL(sound);
  heard.hidden = false;
  say("recorded");
  start.focus();
}

if (navigator.mediaDevices && globalThis.MediaRecorder) {
  form.querySelector(".only-recorder").hidden = false;
  start.addEventListener("click", record);
  stop.addEventListener("click", () => recorder.stop());
}
