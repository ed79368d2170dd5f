// node picture.mjs REPORT HASH PNG [WIDTH [HEIGHT]]; see script/picture.
import {open, startBrowser} from "./browser.mjs";

const [report, hash, png, width = "1280", height = "720"] = process.argv.slice(2);
const {context, close} = await startBrowser();
try {
    const page = await open(context, report, {hash, width: Number(width), height: Number(height)});
    const tabs = await page.$$eval("[role=tab]", (all) => all.map((tab) => tab.id.slice(4)));
    const tab = new URLSearchParams(hash).get("tab");
    if (tab !== null && !tabs.includes(tab)) throw new Error(`the report has no tab '${tab}'; it has ${tabs.join(", ")}`);
    await page.screenshot({path: png});
} catch (error) {
    console.error(`picture: ${error.message.split("\n")[0]}`);
    process.exitCode = 1;
} finally {
    await close();
}
