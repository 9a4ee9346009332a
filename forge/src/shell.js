// The Forge shell: Jira's theme, and every call of a page by invokeRemote, which carries who calls and from where.
import { invokeRemote, NavigationTarget, router, showFlag, view } from "@forge/bridge";

// Which page each module of the manifest opens. Where it stands says Forge's token; the address only repeats it.
const projectPage = project => `/pages/project?project.id=${project.id}&project.key=${encodeURIComponent(project.key)}`;
const PAGES = {
  "teachback-project": ({ project }) => projectPage(project),
  "teachback-settings": ({ project }) => `${projectPage(project)}&tab=settings`,
  "teachback-program": () => "/pages/program",
  "teachback-gadget": ({ entryPoint, gadgetConfiguration }) =>
    `/pages/gadget${entryPoint === "edit" ? "/edit" : ""}?${new URLSearchParams(gadgetConfiguration ?? {})}`,
  "teachback-panel": ({ issue, project }) => `/pages/panel?issue.id=${issue.id}&project.id=${project?.id ?? ""}`,
  "teachback-context": ({ issue, project }) => `/pages/context?issue.id=${issue.id}&project.id=${project?.id ?? ""}`,
  "teachback-admin": () => "/pages/admin",
  "teachback-get-started": () => "/pages/admin",
};
const LONGEST = 450_000; // Forge takes 500 kB from a page.

// invokeRemote takes plain data alone, and FormData would lose repeated names: what is sent is the encoded form.
const encoded = body => body instanceof FormData ? new URLSearchParams(body).toString() : body?.toString() ?? "";

// Jira's language of the person; the server says in which one it answers.
let locale = "";

globalThis.ask = async (address, request) => {
  const form = encoded(request.body);
  if (form.length > LONGEST) throw new Error("too much was typed for one call");
  const answer = await invokeRemote({
    path: "/forge/ui", method: "POST", headers: { "Content-Type": "application/json" },
    body: { address, method: request.method, form, locale, headers: Object.fromEntries(
      Object.entries(request.headers ?? {}).filter(([name]) => name.toLowerCase().startsWith("hx-"))) },
  });
  const { status, body, headers } = answer.body;
  // A response of 204 may have no body at all, not even an empty text.
  return new Response(status === 204 ? null : body, { status, headers });
};

document.addEventListener("htmx:config:request", event => { event.detail.ctx.fetch = globalThis.ask; });

document.addEventListener("teachback:say", event => {
  event.preventDefault();
  showFlag({ id: `teachback-${Date.now()}`, title: globalThis.wording("title", "Knowledge transfer"), description: event.detail, type: "error", isAutoDismiss: true });
});

// What a page opens stands in its address as `keepState` has it.
const toModule = (moduleKey, place, choice) =>
  ({ target: NavigationTarget.Module, moduleKey, ...place, ...choice && { path: `/?${choice}` } });
document.addEventListener("click", event => {
  const link = event.target.closest("a[data-issue], a[data-project], a[data-program], a[data-search]");
  if (!link) return;
  event.preventDefault();
  const { issue, project, choice, search } = link.dataset;
  if (issue) router.navigate(`/browse/${issue}`);
  else if (project) router.navigate(toModule("teachback-project", { projectKey: project }, choice));
  else if (search) router.navigate(`/issues/?jql=${encodeURIComponent(search)}`);
  else router.navigate(toModule("teachback-program", {}, choice));
});

// The dashboard keeps what a gadget's form says, and asks the gadget again after so many minutes.
const REFRESH = 15;
document.addEventListener("teachback:configure", event => {
  if (event.detail) view.submit({ ...event.detail, refresh: REFRESH }); else view.close();
});

// The tab stands in Jira's own address, so that a link or a reload opens it again. Panels have no address.
let moves;
const keepState = async () => {
  try {
    moves = await view.createHistory();
  } catch {
    return;
  }
  document.addEventListener("teachback:state", ({ detail: { state, corrects } }) => {
    if (moves.location.search !== `?${state}`) moves[corrects ? "replace" : "push"](`/?${state}`);
  });
  moves.listen((location, action) => { if (action === "POP") globalThis.openState(location.search); });
  globalThis.openState(moves.location.search);
};

const open = async () => {
  const [{ moduleKey, extension, locale: spoken = "" }] = await Promise.all([view.getContext(), view.theme.enable()]);
  locale = spoken;
  const content = document.getElementById("shell");
  const page = PAGES[moduleKey];
  if (!page) throw new Error(`the module ${moduleKey} has no page`);
  const answer = await globalThis.ask(page(extension), { method: "GET", headers: {} });
  document.documentElement.lang = answer.headers.get("content-language") ?? "en";
  content.innerHTML = await answer.text();
  content.removeAttribute("aria-busy");
  document.getElementById("drawer").ariaLabel = globalThis.wording("drawer", "Why this figure");
  globalThis.htmx.process(content);
  document.dispatchEvent(new Event("teachback:open"));
  if (content.querySelector("main[data-state]")) await keepState();
};

document.addEventListener("DOMContentLoaded", () => open().catch(() => {
  document.dispatchEvent(new CustomEvent("teachback:say", {
    detail: globalThis.wording("away", "Teachback did not answer. Nothing is lost; try again in a minute."), cancelable: true,
  }));
}));
