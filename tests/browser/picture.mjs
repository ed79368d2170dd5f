// node picture.mjs REPORT HASH PNG [WIDTH [HEIGHT]]; see script/picture.
import {open, startBrowser} from "./browser.mjs";

const [report, hash, png, width = "1280", height = "720"] = process.argv.slice(2);
const {context, close} = await startBrowser();
const page = await open(context, report, {hash, width: Number(width), height: Number(height)});
await page.screenshot({path: png});
await close();
