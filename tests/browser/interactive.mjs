// node interactive.mjs REPORT: seconds until the first tab is drawn, the median of five openings.
import {open, startBrowser} from "./browser.mjs";

const {context, close} = await startBrowser();
const times = [];
for (let i = 0; i < 5; ++i) {
    const page = await open(context, process.argv[2]);
    times.push(await page.evaluate(() => performance.getEntriesByName("interactive")[0].startTime / 1000));
    await page.close();
}
await close();
console.log(times.sort((x, y) => x - y)[2].toFixed(2));
