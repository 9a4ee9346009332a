// Keeps an open page up to date: it asks whether its figures changed, each minute while it is seen and when it is
// looked at again. A page offers the new figures; a panel, where somebody just did something, shows them at once.
// A ticket has two such parts, panel and context: while nothing happens each asks less and less often, up to a minute.
const EVERY = 60_000, PANEL = 10_000, SOON = 5_000, PAUSE = 2_000, SLOWER = 1.5;
let asked = 0, timer, since = new Date(), panelWait = PANEL;

const typing = () => {
  const field = document.activeElement;
  return field?.matches("select") || (field?.matches("input, textarea") && field.value !== "");
};

const show = (mark, button) => {
  if (mark.hasAttribute("data-live-auto") && !typing()) button.click();
  else button.hidden = false;
};

const look = async () => {
  const mark = document.querySelector("[data-live]");
  clearTimeout(timer);
  if (!mark || document.hidden) return;
  asked = Date.now();
  const line = mark.querySelector(".live");
  let soon = false;
  panelWait = Math.min(panelWait * SLOWER, EVERY);
  try {
    const answer = await (globalThis.ask ?? fetch)(mark.dataset.live, { method: "GET" });
    if (!answer.ok) throw new Error(answer.status);
    const { version, status, waiting } = await answer.json();
    since = new Date();
    if (line) line.textContent = status;
    if (waiting || version !== mark.dataset.version) panelWait = PANEL;
    if (waiting) soon = true;
    if (version !== mark.dataset.version) show(mark, mark.querySelector("[data-live-show]"));
  } catch {
    const time = since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (line) line.textContent = globalThis.wording("noConnection", "No connection since {time}").replace("{time}", time);
  }
  timer = setTimeout(look, soon ? SOON : mark.hasAttribute("data-live-auto") ? panelWait : EVERY);
};

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
