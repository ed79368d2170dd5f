// Debian's Chromium without a screen, with a profile of its own, driven by playwright-core.
//   BROWSER_NPM   folder with the node_modules that tests/browser/package-lock.json pins
//   CHROMIUM      the browser
import {mkdtempSync, rmSync} from "node:fs";
import {createRequire} from "node:module";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {pathToFileURL} from "node:url";

const npm = createRequire(join(resolve(process.env.BROWSER_NPM), "package.json"));
export const axe = npm.resolve("axe-core/axe.min.js");

export async function startBrowser() {
    const {chromium} = npm("playwright-core");
    const profile = mkdtempSync(join(tmpdir(), "demarche-browser-"));
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.CHROMIUM, headless: true, acceptDownloads: true,
        args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    return {context, close: async () => { await context.close(); rmSync(profile, {recursive: true, force: true}); }};
}

// Opens a report and waits until its tab is drawn. `trouble` gets console errors, exceptions and requests that
// leave the page.
export async function open(context, file, {hash = "", width = 1280, height = 900, trouble = []} = {}) {
    const page = await context.newPage();
    await page.setViewportSize({width, height});
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) trouble.push(`console: ${message.text()}`); });
    page.on("pageerror", (error) => trouble.push(`exception: ${error.stack}`));
    page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) trouble.push(`request: ${request.url()}`); });
    await page.goto(`${pathToFileURL(resolve(file))}${hash ? `#${hash}` : ""}`);
    await ready(page);
    return page;
}

export async function ready(page, tab) {
    await page.waitForFunction((id) => {
        const drawn = document.getElementById("panel").dataset.ready;
        return id ? drawn === id : drawn;
    }, tab, {timeout: 60000});
}
