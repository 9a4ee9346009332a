// What a page does on every platform: the drawer, and messages of errors, which a platform may show in its own way.
// A text of the page's language, which comes with it; in English where no page came yet.
globalThis.wording = (name, english) => document.getElementById("wording")?.dataset[name] ?? english;
const failed = () => wording("failed", "That did not work. Try again in a minute.");
const away = () => wording("away", "Teachback did not answer. Nothing is lost; try again in a minute.");
const say = text => {
  if (!document.dispatchEvent(new CustomEvent("teachback:say", { detail: text, cancelable: true }))) return;
  document.body.insertAdjacentHTML("beforeend", "<p class='flag' role='alert'></p>");
  document.querySelector(".flag:last-child").textContent = text;
};

// What looks again by itself says once that it went wrong, and again only after it went well.
let told = false;
const sayOnce = (event, text) => {
  const looksAgain = event.detail?.ctx?.sourceElement?.getAttribute("hx-trigger")?.startsWith("every");
  if (!(looksAgain && told)) say(text);
  told = looksAgain;
};

// What a form is refused for stands at its field until the form is sent again, so that it does not outlive its cause.
const WRITTEN = ":is(input:not([type=hidden], [type=radio]), textarea)";
const fieldOf = form => form?.matches?.("form") && form.querySelector(WRITTEN);
const clearRefusal = form => {
  form.querySelector(".error[role=alert]")?.remove();
  form.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
};
const refuse = (form, text) => {
  clearRefusal(form);
  const field = fieldOf(form);
  form.insertAdjacentHTML("beforeend", "<p class='error' role='alert'><span></span></p>");
  form.querySelector(".error[role=alert] span").textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.focus();
};
document.addEventListener("htmx:before:request", event => {
  if (fieldOf(event.detail.ctx?.sourceElement)) clearRefusal(event.detail.ctx.sourceElement);
});

// An act without anything to correct is refused as its part of the page is out of date: it is shown as it stands now.
const OUTDATED = [403, 404, 422];
const showCurrent = () => {
  const again = document.querySelector("[data-live-show]");
  if (!again) return;
  again.hidden = false;
  again.click();
};

document.addEventListener("htmx:before:swap", event => {
  const { response, request, sourceElement, text } = event.detail.ctx ?? {};
  if (!(response?.status >= 400)) return;
  event.preventDefault();
  if (response.status === 422 && text && fieldOf(sourceElement)) return refuse(sourceElement, text.slice(0, 300));
  sayOnce(event, text?.slice(0, 300) || failed());
  if (request?.method === "POST" && OUTDATED.includes(response.status) && !fieldOf(sourceElement)) showCurrent();
});

// What somebody chose (tab or draft, engagement, period, figures, bars, unit, rows, filters) as text that a platform keeps in its own address;
// `openState` opens it. A list says its filters by hidden fields of the form above it, and its page by one of no form: a
// change of the form leads to the first page.
const CHOSEN = ["tab", "draft", "engagement", "period", "figures", "by", "unit", "first", "back"];
const KEPT = ["objective", "show", "kind", "mine", "late", "disputed", "own", "untaught", "aim", "before", "learner", "bars"];
let stayed = [], first, acted = false, lastTold;
const page = () => document.querySelector("main[data-state]");
// What somebody does makes one step of the history. What differs without that corrects the address: a step back to one
// that is corrected would come here again.
["click", "change", "input", "submit"].forEach(name => document.addEventListener(name, () => { acted = true; }, true));
const tellState = () => {
  if (!page()) return;
  const { state } = page().dataset;
  document.dispatchEvent(new CustomEvent("teachback:state", { detail: { state, corrects: !acted } }));
  if (state !== lastTold) acted = false;
  lastTold = state;
};
const tellFilters = () => {
  const state = new URLSearchParams(page().dataset.state);
  KEPT.forEach(name => state.delete(name));
  document.querySelectorAll("input[form=choice], input[data-place]").forEach(field => state.set(field.name, field.value));
  page().dataset.state = state.toString();
  tellState();
};
const sorted = text => { const state = new URLSearchParams(text); state.sort(); return state.toString(); };
globalThis.openState = text => {
  acted = false;
  const chosen = new URLSearchParams(text), wanted = new URLSearchParams();
  first ??= page()?.dataset.state;
  // An address may say less than a page does: what it leaves out is as the page came first.
  const whole = new URLSearchParams(first);
  [...CHOSEN, ...KEPT].forEach(name => {
    if (!chosen.get(name)) return;
    wanted.set(name, chosen.get(name));
    whole.set(name, chosen.get(name));
  });
  if (!page() || [wanted, whole].some(state => sorted(state) === sorted(page().dataset.state))) return;
  const address = page().dataset.address;
  globalThis.htmx.ajax("GET", `${address}${address.includes("?") ? "&" : "?"}${wanted.size ? wanted : whole}`, { target: "#content", swap: "innerMorph" });
};
document.addEventListener("htmx:before:swap", event => {
  // What still waits for its first answer gets it.
  const loaded = [...event.detail.ctx?.target?.querySelectorAll?.(".later:not(.htmx-request)") ?? []];
  stayed = loaded.map(part => [part, part.getAttribute("hx-get")]);
});
// What replaces the page is a link whose address is the frame's: what a click does, htmx does. The frame's own address
// would be one step of the history more, which a step back undoes without anything to see.
document.addEventListener("click", event => { if (event.target.closest("a[hx-get][href='#content']")) event.preventDefault(); });

// How old a tab's figures are stands below its first sentence, which comes later: it is set back before a swap, so that
// nothing that is replaced takes it along.
const age = () => document.getElementById("age");
document.addEventListener("htmx:before:swap", event => {
  const tab = event.detail.ctx?.target?.id === "drawer" ? null : age()?.closest(".later.tab");
  tab?.before(age());
});
document.addEventListener("htmx:after:swap", () => {
  const lead = document.querySelector(".later.tab .lead");
  // A review is a document of its own, which is printed as it is.
  if (age() && lead && !lead.closest("article") && !age().closest(".later.tab")) lead.after(age());
});

// How much waits on each tab is in the bar above, which nothing that is done in a tab brings along.
document.addEventListener("htmx:after:swap", event => {
  const { target, request } = event.detail.ctx ?? {};
  if (request?.method !== "POST" || !target?.closest?.(".later.tab") || !document.querySelector(".tabs")) return;
  globalThis.htmx.ajax("GET", `${page().dataset.address}&${page().dataset.state}`, { target: ".tabs", select: ".tabs", swap: "outerMorph" });
});

// What a drawer was opened from within another, so that there is a way back to each.
let shownAddress = "", earlier = [], goesBack = false;
document.addEventListener("htmx:before:swap", event => {
  const { target, sourceElement: source, response } = event.detail.ctx ?? {}, drawer = document.getElementById("drawer");
  const address = source?.getAttribute?.("hx-get");
  if (target !== drawer || response?.status >= 400 || (!address && !goesBack)) return;
  if (!goesBack) {
    earlier = drawer.contains(source) ? [...earlier, shownAddress] : [];
    shownAddress = address;
  }
  goesBack = false;
});
const showWayBack = drawer => {
  const head = drawer.querySelector(".drawer-head");
  if (!head || !earlier.length) return;
  head.insertAdjacentHTML("beforeend", "<button class='button small' type='button' data-back></button>");
  head.lastElementChild.textContent = wording("back", "Back");
  head.insertBefore(head.lastElementChild, head.querySelector("[data-close]"));
};
document.addEventListener("click", event => {
  if (!event.target.closest("[data-back]")) return;
  goesBack = true;
  shownAddress = earlier.pop();
  globalThis.htmx.ajax("GET", shownAddress, { target: "#drawer", swap: "innerHTML" });
});

// What somebody opened stays open when its part of the page is replaced: before the focus goes into it, and before a
// shorter page moves what is in sight.
let opened = [];
document.addEventListener("htmx:before:swap", event => {
  opened = [...event.detail.ctx?.target?.querySelectorAll?.("details[open][id]") ?? []].map(part => part.id);
});
document.addEventListener("htmx:after:swap", () => {
  opened.forEach(id => { const part = document.getElementById(id); if (part) part.open = true; });
});

document.addEventListener("htmx:after:swap", event => {
  const drawer = document.getElementById("drawer"), target = event.detail.ctx?.target;
  told = false;
  if (target === drawer) {
    showWayBack(drawer);
    drawer.ariaLabel = drawer.querySelector("h2")?.textContent.trim() || drawer.ariaLabel;
    if (!drawer.open) drawer.showModal();
    // What was pressed in the drawer is gone with what stood there: the focus goes to what became of it.
    const head = drawer.querySelector("h2"), said = drawer.querySelector("[role=status]:not(:empty)");
    if (head) head.tabIndex = -1;
    if (said || !drawer.contains(document.activeElement)) (said ?? head)?.focus();
    // A question begins where something is to be written: in Jira's frame no page may focus it by itself.
    drawer.querySelector("[data-first]")?.focus();
  }
  // A morph keeps the element, which asked when it came: what stood in it was replaced with the rest of the page. With
  // another address it asks by itself.
  stayed.forEach(([part, address]) => {
    if (part.isConnected && part.getAttribute("hx-get") === address) part.dispatchEvent(new Event("again"));
  });
  if (target?.id === "content") tellState();
  else if (page() && document.getElementById("tickets")) tellFilters();
  const source = event.detail.ctx?.sourceElement;
  if (source?.matches("form[data-once]")) source.reset();
  // A question over the page whose answer came in the page is over.
  if (drawer?.open && drawer.contains(source) && !drawer.contains(target)) {
    drawer.close();
    document.querySelector(`#${target.id} .said:not(:empty)`)?.focus();
  }
  // A page or a section that came in the place of what was pressed: the focus goes to its title or to what became of it.
  if (document.activeElement === document.body && target?.matches("#content, .part"))
    (target.querySelector(".saved:not(:empty), .said:not(:empty)") ?? target.querySelector("h1[tabindex], h2[tabindex]"))?.focus();
  if (!["panel", "learning", "objectives-page", "agency", "together", "settings"].includes(target?.id)) return;
  // What was pressed may be gone or folded with its act: the focus goes to what became of it, not to the top of the page.
  if (document.activeElement === document.body || !document.activeElement.checkVisibility()) target.querySelector("p[role=status]:not(:empty)")?.focus();
  // A morph keeps what was typed: after an act the fields are ready for the next.
  target.querySelectorAll(`.tagging ${WRITTEN}`).forEach(field => { field.value = ""; });
});

// The answer takes the height of the row that was settled, so that the next row's button does not come under the pointer.
// Below a longer question the rest moves up: the second press of a double click is for no row that came under it.
let settled = 0;
document.addEventListener("htmx:before:swap", event => {
  const source = event.detail.ctx?.sourceElement;
  settled = source?.closest?.(".question") ? 0 : source?.closest?.(".waiting li")?.offsetHeight ?? 0;
});
document.addEventListener("htmx:after:swap", event => {
  const answer = event.detail.ctx?.target?.querySelector?.(".answered");
  if (answer && settled) answer.style.minHeight = `${settled}px`;
});
document.addEventListener("click", event => {
  if (event.detail > 1 && event.target.closest(".waiting [type=submit]")) event.preventDefault();
}, true);

// What a link opens further down its own tab is where the reader goes on, once the tab came again. Parts above it that
// come later move it: it stays in sight until the reader does something.
let goesTo = "", goal;
const goOn = id => {
  goal = document.getElementById(id);
  const fold = document.getElementById(goal?.dataset.unfolds);
  if (fold) fold.open = true;
  goal?.focus();
  goal?.scrollIntoView();
};
["pointerdown", "wheel", "keydown"].forEach(name => document.addEventListener(name, () => { goal = undefined; }, { passive: true }));
document.addEventListener("click", event => {
  const link = event.target.closest("a");
  goesTo = link?.dataset.goesTo ?? "";
  const [, id] = link?.getAttribute("href")?.match(/^#(.+)$/) ?? [];
  if (!goesTo && document.getElementById(id)?.dataset.unfolds) goOn(id);
});
document.addEventListener("htmx:after:swap", event => {
  if (goesTo && event.detail.ctx?.target?.matches?.(".later.tab")) {
    goOn(goesTo);
    goesTo = "";
  } else if (goal?.isConnected) goal.scrollIntoView();
});

// An undo goes when its minute is over, of which a page that is opened again meanwhile names the rest.
// A morph may make the button of one undo that of another.
const undoTimers = new WeakMap();
const timeUndo = () => document.querySelectorAll("[data-undo]:not([data-timed])").forEach(button => {
  button.dataset.timed = "";
  clearTimeout(undoTimers.get(button));
  undoTimers.set(button, setTimeout(() => button.remove(), 1000 * (button.dataset.rest ?? 60)));
});
timeUndo();

document.addEventListener("htmx:after:swap", () => {
  // A row that moved into a closed fold with its act: the focus in it is not hidden.
  const around = document.activeElement?.closest("details:not([open])");
  if (around && document.activeElement.parentElement !== around) around.open = true;
  timeUndo();
});

// What waited for the answer to an earlier change is sent as it stands then, or it would contradict that change.
document.addEventListener("htmx:before:request", event => {
  const { sourceElement: form, request } = event.detail.ctx;
  if (form?.matches?.("form[data-latest]")) request.body = new URLSearchParams(new FormData(form));
});

// A choice that its own button sends is no change of the form around it.
document.addEventListener("change", event => { if (event.target.matches("[data-quiet]")) event.stopPropagation(); }, true);

// Backspace in the empty field removes the last objective that was set by hand.
document.addEventListener("keydown", event => {
  if (event.key !== "Backspace" || event.repeat || !event.target.matches(".tags input") || event.target.value) return;
  const last = [...event.target.closest(".tags").querySelectorAll("[data-remove]")].at(-1);
  if (!last) return;
  event.preventDefault();
  last.click();
});

document.addEventListener("htmx:error", event => sayOnce(event, away()));

document.addEventListener("click", event => {
  const drawer = document.getElementById("drawer");
  if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  else if (event.target.closest("a[href='#drawer']")) event.preventDefault();
});

// What a gadget's form says, each platform keeps in its own way; without anything to keep the form was cancelled.
document.addEventListener("submit", event => {
  if (!event.target.matches("form[data-configure]")) return;
  event.preventDefault();
  const chosen = new FormData(event.target), [engagement, period, size] = ["engagement", "period", "size"].map(name => chosen.get(name));
  const detail = { engagement, period, size, figures: chosen.getAll("figures").join(" ") };
  document.dispatchEvent(new CustomEvent("teachback:configure", { detail }));
});
document.addEventListener("click", event => {
  if (event.target.closest("[data-cancel]")) document.dispatchEvent(new CustomEvent("teachback:configure"));
});

document.addEventListener("click", event => { if (event.target.closest("[data-print]")) print(); });
// A text to send is selected as a whole: a page in Jira's frame may not write to the clipboard by itself.
document.addEventListener("focusin", event => { if (event.target.matches("textarea[data-whole]")) event.target.select(); });
// A question takes the place of the button that opened it, or one further down: it gets the focus, and comes into sight as a whole.
document.addEventListener("toggle", event => {
  if (!event.target.matches("details.ask[open]")) return;
  const question = event.target.querySelector(".question");
  question.querySelector("[data-first]").focus({ preventScroll: true });
  question.scrollIntoView({ block: "nearest" });
}, true);
// A question that was opened in its place is folded again, and the focus goes back to what opened it.
const fold = details => { details.open = false; details.querySelector("summary").focus(); };
document.addEventListener("click", event => { if (event.target.closest("[data-fold]")) fold(event.target.closest("details")); });
// A menu is closed by what is chosen in it, and by a press beside it.
document.addEventListener("click", event => document.querySelectorAll("details.menu[open]").forEach(menu => {
  if (!event.target.closest("summary")?.parentElement?.isSameNode(menu)) menu.open = false;
}));
document.addEventListener("keydown", event => {
  const question = event.key === "Escape" && event.target.closest("details:is(.ask, .menu)[open]");
  if (question) fold(question);
});

// A file comes by a call of the platform's own, since no token may stand in an address.
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-save]");
  if (!button) return;
  try {
    const answer = await (globalThis.ask ?? fetch)(button.dataset.save, { method: "GET" });
    if (!answer.ok) return say((await answer.text()).slice(0, 300) || failed());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch {
    say(away());
  }
});

// Rows that are chosen together: the box in the head chooses all, Shift chooses from the last one to this.
let lastChosen;
document.addEventListener("click", event => {
  const form = event.target.closest("form[data-choose]"), box = event.target;
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=issue]")];
  if (box.matches("[data-all]")) boxes.forEach(each => { each.checked = box.checked; });
  if (box.matches("[name=issue]")) {
    const [from, to] = [boxes.indexOf(lastChosen), boxes.indexOf(box)].sort((one, other) => one - other);
    if (event.shiftKey && from >= 0) boxes.slice(from, to + 1).forEach(each => { each.checked = box.checked; });
    lastChosen = box;
  }
  if (!box.closest("[data-clear]")) return;
  form.querySelectorAll("input[type=checkbox]").forEach(each => { each.checked = false; });
  form.dispatchEvent(new Event("change", { bubbles: true }));
  boxes[0]?.focus();
});

// A row under a row opens and closes; what stands in it is loaded the first time.
document.addEventListener("click", event => {
  const button = event.target.closest("[data-opens]");
  if (!button) return;
  const open = button.ariaExpanded !== "true";
  button.ariaExpanded = String(open);
  document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
});
