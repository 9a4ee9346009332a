// The other end of AP: answers the frames of this page, each only from its own origin, and what the page itself needs.
// Each is put in by a script, as in Jira: of one in the page's own text a browser opens the address of before after Back.
const frames = [...document.querySelectorAll("iframe[data-module]")].map(written => {
  const frame = written.cloneNode();
  written.replaceWith(frame);
  return frame;
});
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const THEME = "dark:dark light:light spacing:spacing typography:typography shape:shape";

const mode = () => root.dataset.colorMode === "auto" ? (dark.matches ? "dark" : "light") : root.dataset.colorMode;
const theme = () => ({ colorMode: mode(), theme: THEME });
const tellTheme = () => frames.forEach(frame =>
  frame.contentWindow.postMessage({ tells: "theme", theme: theme() }, frame.dataset.origin));

const token = async frame => {
  const answer = await fetch("/host/token", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ module: frame.dataset.module, context: JSON.parse(frame.dataset.context) }),
  });
  if (!answer.ok) throw new Error("No token for this place.");
  return (await answer.json()).token;
};

const nested = context => {
  const whole = {};
  for (const [name, value] of Object.entries(context)) {
    const [kind, part] = name.split(".");
    (whole[kind] ??= {})[part] = value;
  }
  return { jira: whole };
};

const flag = (frame, { title = "", body = "", type = "info" }) => {
  const made = document.createElement("div"), head = document.createElement("strong"), text = document.createElement("p");
  made.className = `flag ${["info", "success", "warning", "error"].includes(type) ? type : "info"}`;
  head.textContent = title;
  text.textContent = body;
  made.append(head, text);
  document.getElementById("flags").append(made);
  setTimeout(() => made.remove(), 8000);
};

const targets = {
  issue: ({ issueKey }) => `/browse/${encodeURIComponent(issueKey)}`,
  dashboard: () => "/jira/dashboards",
  site: ({ relativeUrl }) => relativeUrl,
};

// Where Forge's router goes: an address of the site, or a module of the app. Its path stands where `history` has it.
const located = ({ url, target, moduleKey, projectKey, path = "" }) => {
  if (target !== "module") return url;
  const place = projectKey ? `/jira/projects/${encodeURIComponent(projectKey)}` : "/jira";
  return `${place}/apps/${moduleKey}${path && `#!${path.replace(/^.*?\?/, "")}`}`;
};
const onSite = address => address?.startsWith("/") && !address.startsWith("//");

const fill = frame => {
  frame.classList.add("fills");
  const top = frame.getBoundingClientRect().top + scrollY;
  frame.style.height = `${Math.max(420, innerHeight - top)}px`;
};

// What a frame keeps in the address of its page, as Jira does: behind "#!".
const keptState = () => location.hash.startsWith("#!") ? decodeURI(location.hash.slice(2)) : "";
addEventListener("popstate", () => frames.forEach(frame =>
  frame.contentWindow.postMessage({ tells: "popped", state: keptState() }, frame.dataset.origin)));

const answers = {
  token,
  context: async frame => nested(JSON.parse(frame.dataset.context)),
  theme: async () => theme(),
  locale: async () => root.dataset.locale,
  location: async () => location.href,
  flag: async (frame, given) => flag(frame, given),
  resize: async (frame, { height }) => {
    if (Number.isFinite(height) && !frame.classList.contains("fills")) frame.style.height = `${Math.min(height, 20000)}px`;
  },
  fill: async frame => fill(frame),
  forge: async (frame, { name, payload }) => {
    const answer = await fetch("/host/forge", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ module: frame.dataset.module, context: JSON.parse(frame.dataset.context), name, payload }),
    });
    if (!answer.ok) throw new Error("The app did not answer.");
    return answer.json();
  },
  navigate: async (frame, given) => { if (onSite(located(given))) location.assign(located(given)); },
  go: async (frame, given) => {
    const address = targets[given.target]?.(given);
    if (onSite(address)) location.assign(address);
  },
  reload: async () => location.reload(),
  history: async (frame, { state, replace }) => {
    const address = `${location.pathname}${location.search}#!${state}`;
    if (replace) history.replaceState(null, "", address); else history.pushState(null, "", address);
  },
  state: async () => keptState(),
};

addEventListener("message", async event => {
  const frame = frames.find(each => each.contentWindow === event.source);
  if (!frame || event.origin !== frame.dataset.origin) return;
  const { ap, number, given } = event.data ?? {};
  if (!Object.hasOwn(answers, ap)) return;
  const reply = said => event.source.postMessage({ answers: number, ...said }, event.origin);
  try { reply({ answer: await answers[ap](frame, given) }); } catch (error) { reply({ error: error.message }); }
});

addEventListener("resize", () => frames.filter(frame => frame.classList.contains("fills")).forEach(fill));
dark.addEventListener("change", tellTheme);
document.querySelectorAll("select[data-sends]").forEach(select =>
  select.addEventListener("change", () => select.form.requestSubmit()));

document.getElementById("theme").addEventListener("change", event => {
  root.dataset.colorMode = event.target.value;
  tellTheme();
  fetch("/host/theme", { method: "POST", body: new URLSearchParams({ theme: event.target.value, here: "/" }), redirect: "manual" });
});

// Frames start only when their page can answer them.
frames.forEach(frame => { frame.src = frame.dataset.src; });
