// What a framed page loads to speak with the page around it: the part of Connect's AP that this stand-in offers.
(() => {
  const script = document.currentScript;
  const parentOrigin = new URL(script.src).origin;  // this script comes from the site whose page frames us
  const options = Object.fromEntries((script.dataset.options ?? "").split(";").filter(Boolean).map(pair => pair.split(":")));
  const waiting = new Map();
  let number = 0;

  const call = (what, given = {}) => new Promise((resolve, reject) => {
    waiting.set(++number, { resolve, reject });
    window.parent.postMessage({ ap: what, number, given }, parentOrigin);
  });

  const dress = theme => {
    document.documentElement.dataset.colorMode = theme.colorMode;
    document.documentElement.dataset.theme = theme.theme;
  };
  let themed = false;
  const popped = [];

  window.addEventListener("message", event => {
    if (event.source !== window.parent || event.origin !== parentOrigin) return;
    const { answers, answer, error, tells, theme, state } = event.data ?? {};
    if (tells === "theme" && themed) dress(theme);
    if (tells === "popped") popped.forEach(callback => callback({ newURL: state }));
    const asked = waiting.get(answers);
    if (!asked) return;
    waiting.delete(answers);
    if (error) asked.reject(new Error(error)); else asked.resolve(answer);
  });

  const ask = what => callback => {
    const answered = call(what);
    if (typeof callback === "function") answered.then(callback, () => {});
    return answered;
  };

  let height = 0;
  const fit = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) call("resize", { height: height = now });
  };
  const fitAlways = () => {
    new ResizeObserver(fit).observe(document.body);
    fit();
  };

  window.AP = {
    context: { getToken: ask("token"), getContext: ask("context") },
    user: { getLocale: ask("locale") },
    flag: { create: given => { call("flag", given); return { close() {} }; } },
    theming: { initializeTheming: () => { themed = true; return call("theme").then(dress); } },
    navigator: { go: (target, given) => { call("go", { target, ...given }); }, reload: () => { call("reload"); } },
    history: {
      pushState: state => { call("history", { state }); },
      replaceState: state => { call("history", { state, replace: true }); },
      popState: callback => { popped.push(callback); },
      getState: (kind, callback) => { call("state").then(callback ?? kind, () => {}); },
    },
    resize: (width, tall) => { call("resize", { height: Number.parseInt(tall, 10) }); },
    sizeToParent: () => { call("fill"); },
    getLocation: callback => { call("location").then(callback); },
  };

  if (window.parent === window) return;
  if (options.sizeToParent === "true") call("fill");
  else if (options.resize !== "false") {
    if (document.body) fitAlways(); else document.addEventListener("DOMContentLoaded", fitAlways);
  }
})();
