// Makes the front end's parts, connector/static/parts/, from the packages that package.json names. Run by make.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const parts = join(here, "static", "parts");
const packages = join(here, "..", "node_modules");

// Themes that Jira may ask for. The others of the package are its authors' experiments.
const THEMES = [
  "light", "dark", "light-increased-contrast", "dark-increased-contrast",
  "spacing", "typography", "shape",
];

rmSync(parts, { recursive: true, force: true });
mkdirSync(parts, { recursive: true });

copyFileSync(join(packages, "htmx.org", "dist", "htmx.min.js"), join(parts, "htmx.min.js"));
copyFileSync(join(packages, "htmx.org", "LICENSE"), join(parts, "htmx.LICENSE.txt"));

// The package holds no style sheet: each theme is a string in JavaScript.
const theme = (name) => require(`@atlaskit/tokens/dist/cjs/artifacts/themes/atlassian-${name}.js`).default.trim();
// Of its tokens, a line each, our sheets name few: the rest would be more than all else that a page loads at first.
const sheets = readdirSync(join(here, "static")).filter(name => name.endsWith(".css"));
const named = new Set(sheets.flatMap(name => readFileSync(join(here, "static", name), "utf8").match(/--ds-[a-z0-9-]+/g) ?? []));
const isNamed = line => named.has(/^\s*(--ds-[\w-]+):/.exec(line)?.[1] ?? [...named][0]);
const shown = text => text.split("\n").filter(isNamed).join("\n");
const { version } = JSON.parse(readFileSync(join(packages, "@atlaskit", "tokens", "package.json")));
const head = `/* @atlaskit/tokens ${version}, Apache-2.0: see tokens.LICENSE.txt */`;
writeFileSync(join(parts, "tokens.css"), [head, ...THEMES.map(theme).map(shown), ""].join("\n\n"));
copyFileSync(join(packages, "@atlaskit", "tokens", "LICENSE"), join(parts, "tokens.LICENSE.txt"));
