// Keeps an open page up to date: it asks whether its figures changed, each minute while it is seen and when it is
// looked at again. A page offers the new figures; a panel, where somebody just did something, shows them at once.
// A ticket has two such parts, panel and context, each in a frame: while nothing happens they ask less and less often,
// up to a minute, and of those that ask the same one asks and tells the others.
const EVERY = 60_000, PANEL = 10_000, SOON = 5_000, PAUSE = 2_000, SLOWER = 1.5;
let asked = 0, timer, since = new Date(), panelWait = PANEL;
const frames = globalThis.BroadcastChannel && new BroadcastChannel("teachback:live");
let locks = navigator.locks;
// A frame without an origin of its own has no locks, and asks for itself.
locks?.query().catch(() => { locks = undefined; });

const typing = () => {
  const field = document.activeElement;
  return field?.matches("select") || (field?.matches("input, textarea") && field.value !== "");
};

// What one just did is said with its undo for a minute: a panel's own look does not take it away.
const undoable = () => document.querySelector("[data-undo]");
const show = (mark, button) => {
  const auto = mark.hasAttribute("data-live-auto");
  if (auto && undoable()) return;
  if (auto && !typing()) button.click();
  else button.hidden = false;
};
// Nor does one that was asked for before the act and is answered after it.
document.addEventListener("htmx:before:swap", event => {
  const { sourceElement } = event.detail.ctx ?? {};
  if (sourceElement?.matches?.("[data-live-auto] [data-live-show][hidden]") && undoable()) event.preventDefault();
});

const noteAsked = () => {
  asked = Date.now();
  panelWait = Math.min(panelWait * SLOWER, EVERY);
};

const wait = (mark, soon) => {
  clearTimeout(timer);
  timer = setTimeout(look, soon ? SOON : mark.hasAttribute("data-live-auto") ? panelWait : EVERY);
};

const take = (mark, { version, status, waiting }) => {
  const line = mark.querySelector(".live");
  since = new Date();
  if (line) line.textContent = status;
  if (waiting || version !== mark.dataset.version) panelWait = PANEL;
  if (version !== mark.dataset.version) show(mark, mark.querySelector("[data-live-show]"));
  wait(mark, waiting);
};

const fetchAnswer = async (address) => {
  const answer = await (globalThis.ask ?? fetch)(address, { method: "GET" });
  if (answer.status === 401) document.dispatchEvent(new Event("teachback:refused"));
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
};

// What comes of an address, told to the other frames; null where another one is asking just now.
const askForAll = async (address) => {
  const askAndTell = async () => {
    const answer = await fetchAnswer(address);
    frames?.postMessage({ address, answer });
    return answer;
  };
  if (!locks) return askAndTell();
  return locks.request(`teachback:live ${address}`, { ifAvailable: true }, (lock) => lock && askAndTell());
};

const look = async () => {
  const mark = document.querySelector("[data-live]");
  clearTimeout(timer);
  if (!mark || document.hidden) return;
  noteAsked();
  wait(mark, false);
  try {
    const answer = await askForAll(mark.dataset.live);
    if (answer) take(mark, answer);
  } catch {
    const line = mark.querySelector(".live");
    const time = since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (line) line.textContent = globalThis.wording("noConnection", "No connection since {time}").replace("{time}", time);
  }
};

frames?.addEventListener("message", ({ data }) => {
  const mark = document.querySelector("[data-live]");
  if (document.hidden || mark?.dataset.live !== data.address) return;
  noteAsked();
  take(mark, data.answer);
});

// Who comes back, or just did something here, sees what follows soon.
const lookAgain = () => { panelWait = PANEL; if (!document.hidden && Date.now() - asked > PAUSE) look(); };
addEventListener("focus", lookAgain);
document.addEventListener("visibilitychange", lookAgain);
document.documentElement.addEventListener("pointerenter", lookAgain);

const start = () => {
  clearTimeout(timer);
  timer = setTimeout(look, document.querySelector("[data-live-auto]") ? PANEL : EVERY);
};
// A page that comes after its scripts, as in the shell of a Forge app, says when it is there.
document.addEventListener("teachback:open", start);
start();
