// Forge's bridge in a framed shell: each call of Atlassian's library goes to the page around it, which may ask the site.
(() => {
  const hostUrl = "HOST_URL";
  const module = new URLSearchParams(location.search).get("module");
  const waiting = new Map();
  let number = 0;

  const call = (what, given = {}) => new Promise((resolve, reject) => {
    waiting.set(++number, { resolve, reject });
    window.parent.postMessage({ ap: what, number, given }, hostUrl);
  });

  // A history as the package "history" makes it; its addresses stand behind "#!" in that of the page around it.
  const listeners = [];
  const at = state => ({ pathname: "/", search: state ? `?${state.replace(/^.*?\?/, "")}` : "", hash: "" });
  const createHistory = async () => {
    const made = { location: at(await call("state")) };
    const move = (path, action) => {
      call("history", { state: path.replace(/^.*?\?/, ""), replace: action === "REPLACE" });
      listeners.forEach(listener => listener(at(path), action));
    };
    made.push = path => move(path, "PUSH");
    made.replace = path => move(path, "REPLACE");
    made.listen = listener => { listeners.push(listener); };
    return made;
  };

  const apply = theme => { document.documentElement.dataset.colorMode = theme.colorMode; };

  window.addEventListener("message", event => {
    if (event.source !== window.parent || event.origin !== hostUrl) return;
    const { answers, answer, error, tells, theme, state } = event.data ?? {};
    if (tells === "theme") apply(theme);
    if (tells === "popped") listeners.forEach(listener => listener(at(state), "POP"));
    const asked = waiting.get(answers);
    if (!asked) return;
    waiting.delete(answers);
    if (error) asked.reject(new Error(error)); else asked.resolve(answer);
  });

  const ours = {
    getContext: async () => ({ moduleKey: module, extension: (await call("context")).jira, locale: (await call("locale")).replace("_", "-") }),
    enableTheming: async () => { apply(await call("theme")); return true; },
    navigate: async place => { call("navigate", place); return true; },
    createHistory: async () => {
      if (!["teachback-project", "teachback-program", "teachback-admin"].includes(module)) throw new Error("this module has no address");
      return createHistory();
    },
    showFlag: async ({ title, description, type }) => { call("flag", { title, body: description, type }); return true; },
  };

  globalThis.__bridge = { callBridge: async (name, payload) =>
    ours[name] ? ours[name](payload) : call("forge", { name, payload: structuredClone(payload ?? null) }) };

  // Pages fill the place that they have; what stands in a ticket is as tall as it is.
  if (!["teachback-panel", "teachback-context"].includes(module)) { call("fill"); return; }
  let height = 0;
  document.addEventListener("DOMContentLoaded", () => new ResizeObserver(() => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) call("resize", { height: height = now });
  }).observe(document.body));
})();
