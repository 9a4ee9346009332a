// What a page needs of Jira's frame inside Connect: a fresh token for each call, the theme, ticket links.
const host = window.AP;
host?.theming?.initializeTheming();

// The token stands in the address only for the first request; it must not stay in history or reach a Referer.
history.replaceState(null, "", location.pathname);

const token = () => new Promise((resolve, reject) => {
  if (!host) reject(new Error("Jira's frame is not here"));
  else host.context.getToken(resolve);
});

// The person's language in Jira. The page itself came in the browser's, and comes again where Jira's is another.
let locale = document.documentElement.lang;
document.addEventListener("DOMContentLoaded", () => host?.user?.getLocale?.(spoken => {
  const part = document.querySelector("[data-again]");
  locale = String(spoken).replace("_", "-");
  if (locale.split("-")[0] === document.documentElement.lang) return;
  if (gadget()) load(gadget().dataset.gadget);
  else if (part)
    globalThis.htmx.ajax("GET", part.dataset.again, { target: `#${part.id}`, swap: "innerHTML" });
}));

globalThis.ask = async (address, request) => {
  const answer = await fetch(address, {
    method: request.method, body: request.body, signal: request.signal, credentials: "omit", redirect: "error",
    headers: { ...request.headers, "Accept-Language": locale, Authorization: `JWT ${await token()}` },
  });
  document.documentElement.lang = answer.headers.get("content-language") ?? document.documentElement.lang;
  return answer;
};

document.addEventListener("htmx:config:request", event => { event.detail.ctx.fetch = globalThis.ask; });

document.addEventListener("teachback:say", event => {
  if (!host?.flag) return;
  event.preventDefault();
  host.flag.create({ title: globalThis.wording("title", "Knowledge transfer"), body: event.detail, type: "error", close: "auto" });
});

document.addEventListener("click", event => {
  const link = event.target.closest("a[data-issue], a[data-project], a[data-program]");
  if (!link || !host?.navigator) return;
  event.preventDefault();
  const { pathname, search, hash } = new URL(link.href);
  if (link.dataset.issue) host.navigator.go("issue", { issueKey: link.dataset.issue });
  else host.navigator.go("site", { relativeUrl: `${pathname}${search}${hash}` });
});

// A gadget's settings are a property of its place on the dashboard, which Jira keeps with it.
const gadget = () => document.querySelector("[data-gadget]");
const property = ({ dashboard, item }) =>
  `/rest/api/3/dashboard/${encodeURIComponent(dashboard)}/items/${encodeURIComponent(item)}/properties/teachback`;
let settings = {};
const load = address => globalThis.htmx.ajax("GET", `${address}?${new URLSearchParams(settings)}`, { target: "#content", swap: "innerHTML" });
document.addEventListener("DOMContentLoaded", async () => {
  // The directory's preview has no place yet.
  if (!gadget()?.dataset.item || !host?.request) return;
  host.jira?.DashboardItem?.onDashboardItemEdit(() => load(gadget().dataset.edit));
  host.jira?.DashboardItem?.onDashboardItemRefreshed?.(() => load(gadget().dataset.gadget));
  try {
    settings = JSON.parse((await host.request({ url: property(gadget().dataset), type: "GET" })).body).value;
  } catch {
    return; // nobody set it up: what stands there is the viewer's first engagement
  }
  load(gadget().dataset.gadget);
});
document.addEventListener("teachback:configure", async event => {
  if (event.detail) {
    const sent = { url: property(gadget().dataset), type: "PUT", contentType: "application/json", data: JSON.stringify(event.detail) };
    try {
      await host.request(sent);
    } catch {
      document.dispatchEvent(new CustomEvent("teachback:say", {
        detail: globalThis.wording("notSaved", "Jira did not save the settings: only who may edit the dashboard can change them."),
        cancelable: true,
      }));
      return;
    }
    settings = event.detail;
  }
  load(gadget().dataset.gadget);
});

// The tab stands in Jira's own address, so that a link or a reload opens it again.
const kept = () => new Promise(resolve => {
  const now = host?.history?.getState?.("hash", resolve);
  if (typeof now === "string") resolve(now);
});
document.addEventListener("teachback:state", async event => {
  const { state, corrects } = event.detail;
  if (!host?.history || await kept() === state) return;
  if (corrects) host.history.replaceState(state);
  else host.history.pushState(state);
});
document.addEventListener("DOMContentLoaded", async () => {
  if (!host?.history || !document.querySelector("main[data-state]")) return;
  host.history.popState?.(moved => globalThis.openState(moved.newURL ?? ""));
  globalThis.openState(await kept() ?? "");
});
