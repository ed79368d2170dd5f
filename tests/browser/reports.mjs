// Reports of a run, an ensemble, sweeps, a fit and world.toml in a browser: every tab, its numbers, its buttons.
//   node tests/browser/reports.mjs [--pictures FOLDER]
import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {gzipSync} from "node:zlib";

const {CHROMIUM, DEMARCHE} = process.env;
if (!CHROMIUM) {
    console.log("skipped: there is no Chromium here; `script/setup --dev` installs it");
    process.exit(77);
}
const {axe, open, ready, startBrowser} = await import("./browser.mjs");

const here = dirname(fileURLToPath(import.meta.url));
const configs = join(here, "../../configs");
const pictures = process.argv[2] === "--pictures" ? process.argv[3] : null;
const scratch = mkdtempSync(join(tmpdir(), "demarche-reports-"));
const folder = (name) => join(scratch, name);
const demarche = (...args) => execFileSync(DEMARCHE, args, {cwd: scratch, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28}).toString();
const read = (name, file) => readFileSync(join(folder(name), file), "utf8");
const lines = (name, file) => read(name, file).trimEnd().split("\n");
// Rows of a CSV file without quotes, as objects.
function rows(name, file) {
    const [header, ...rest] = lines(name, file);
    const names = header.split(",");
    return rest.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}
const brief = (x) => String(Number(Number(x).toPrecision(4))).replace("-", "−");
const same = (actual, expected, what) => assert.ok(actual === expected, `${what}: ${JSON.stringify(actual).slice(0, 300)} instead of ${JSON.stringify(expected).slice(0, 300)}`);

function makeOutputs() {
    demarche("run", join(configs, "tug_of_war.toml"), "--seed", "43", "--quiet", "--out", "run");
    demarche("run", join(configs, "tug_of_war.toml"), "--quiet", "--replications", "40", "--out", "ensemble");
    demarche("run", join(configs, "world.toml"), "--quiet", "--out", "world");
    for (const kind of ["grid", "line", "oat", "morris", "saltelli"])
        demarche("sweep", join(here, `sweeps/${kind}.toml`), "--quiet", "--out", kind);
    const events = rows("run", "events.csv").filter((row) => row.class !== "none")
        .map((row) => `${row.date},${row.source},${row.target},${row.class},1`);
    writeFileSync(folder("events.csv"), ["date,source,target,class,n", ...events, ""].join("\n"));
    demarche("fit", join(here, "fit.toml"), "--quiet", "--events", `run=${folder("events.csv")}`, "--out", "fit");
    // A third state that hardly anybody speaks to, shocks to all and to one tie, and force until it counts as war.
    const level = "{ vcoop = 0.002, mcoop = 1e-5, vconf = 1e-5, mconf = 1e-5 }";
    writeFileSync(folder("scripted.toml"), [
        readFileSync(join(configs, "minimal.toml"), "utf8").replace("[relation]\n", `[relation]\nBRN-CRL = ${level}\nCRL-BRN = ${level}\n`),
        "[state.CRL]", 'policy = "dove"', "[tie.ALD-CRL]", "distance_km = 9000", "[ladder]", "war_force = 0.2",
        "[shock.quiet]", "date = 2030-01-20", 'set = { "intelligence.detection" = 0.0 }',
        "[shock.hotline]", "date = 2030-01-21", "set = { tie.ALD-CRL.private_open = false }",
        ...[1, 2, 3, 4].flatMap((day) => [`[event.strike${day}]`, `date = 2030-02-0${day}`, 'source = "ALD"', 'target = "BRN"', 'act = "use_force"', "salience = 10"]), "",
    ].join("\n"));
    demarche("run", "scripted.toml", "--seed", "8", "--quiet", "--out", "scripted");
    for (const name of [...outputs, "scripted"]) demarche("report", name);
}
const outputs = ["run", "ensemble", "world", "grid", "line", "oat", "morris", "saltelli", "fit"];
const report = (name) => join(folder(name), "report.html");

const {context, close} = await startBrowser();

async function tabsOf(page) {
    return page.$$eval("[role=tab]", (tabs) => tabs.map((tab) => tab.id.slice(4)));
}
async function show(page, tab) {
    await page.click(`#tab-${tab}`);
    await ready(page, tab);
}
async function download(page, button) {
    const [got] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
    return readFileSync(await got.path());
}
const csv = async (page, figure) => (await download(page, `#figure-${figure} [data-save=CSV]`)).toString();
// Puts the mouse on a point of a chart's first axes, or some pixels below it, and waits until the chart says all of this.
async function hover(page, id, x, y, parts, below = 0) {
    await page.locator(`#chart-${id}`).scrollIntoViewIfNeeded();
    const box = await page.locator(`#chart-${id}`).boundingBox();
    const [dx, dy] = await page.evaluate(([chart, at]) => window.demarche[chart].convertToPixel({xAxisIndex: 0, yAxisIndex: 0}, at), [id, [x, y]]);
    await page.mouse.move(box.x + 1, box.y + 1);
    await page.mouse.move(box.x + dx, box.y + dy + below);
    let told, missing;
    for (const end = Date.now() + 10000; Date.now() < end;) {
        told = await page.evaluate((chart) => [...document.querySelectorAll(`#chart-${chart} > div`)].map((div) => div.innerText).join("\n"), id);
        missing = parts.filter((part) => !told.includes(part));
        if (missing.length === 0) return;
        await page.waitForTimeout(50);
    }
    assert.fail(`${id} at ${x}, ${y}: no '${missing.join("', '")}' in ${told}`);
}

// Every tab of every report: no errors, something drawn, nothing for axe-core to say, no scrolling sideways.
async function everyTab(name) {
    const trouble = [];
    const at = async (width, theme) => {
        const page = await open(context, report(name), {width, hash: `theme=${theme}`, trouble});
        if (width !== 2560) await page.addScriptTag({path: axe});
        for (const tab of await tabsOf(page)) {
            await show(page, tab);
            const where = `${name}, ${tab}, ${width} px`;
            const blank = await page.$$eval(".chart canvas", (all) => all.filter((canvas) => {
                const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                return pixels.every((value) => value === pixels[0]);
            }).length);
            same(blank, 0, `${where}: empty charts`);
            const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(beyond <= 0, `${where}: ${beyond} px wider than the screen`);
            if (width !== 2560) {
                const violations = await page.evaluate(async () => (await window.axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).slice(0, 3).join(" | ")}`));
                assert.deepEqual(violations, [], `${where}: axe-core`);
            }
            if (pictures && (shot[name] ?? []).includes(tab))
                await page.screenshot({path: join(pictures, `${name}-${tab}-${width}.jpg`), type: "jpeg", quality: 55});
        }
        await page.close();
    };
    await Promise.all([at(1280, "light"), at(360, "dark"), at(2560, "light")]);
    assert.deepEqual(trouble, [], name);
}
const shot = {run: ["ladders", "network"], ensemble: ["course"], grid: ["points"], world: ["network"]};

async function run() {
    const page = await open(context, report("run"));
    const system = rows("run", "system.csv");
    for (const scale of ["escalation_goldstein", "escalation_plover", "escalation_rivera", "escalation_mid", "escalation_kahn"]) {
        await page.selectOption("#figure-course select", scale);
        for (const t of [0, 23, 119])
            await hover(page, "course", t, Number(system[t][scale]), [system[t].date, brief(system[t][scale])]);
    }
    same(await csv(page, "course"), read("run", "system.csv"), "CSV of the course");
    assert.match((await download(page, "#figure-course [data-save=SVG]")).toString(), /^<svg[^]*<\/svg>$/);
    same((await download(page, "#figure-course [data-save=PNG]")).subarray(1, 4).toString(), "PNG", "picture");
    await page.focus("#chart-course");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((date) => document.querySelector("#live").textContent.includes(date), system[0].date);

    // A pair by its address, its rungs, and one of its acts.
    await page.goto(page.url().replace(/#.*/, "#tab=ladders&pair=BLR-UKR&tick=10"));
    await ready(page, "ladders");
    assert.match(await page.textContent("#figure-ladder h2"), /^BLR-UKR/);
    const dyads = lines("run", "dyads.csv");
    same(await csv(page, "ladder"), [dyads[0], ...dyads.filter((line) => line.includes(",BLR,UKR,")), ""].join("\n"), "CSV of the ladder");
    const events = rows("run", "events.csv");
    const mark = (row) => [row.tick, row.rung, row.source, row.target, row.class].join();
    const byMark = new Map();
    for (const row of events) byMark.set(mark(row), [...(byMark.get(mark(row)) ?? []), row]);
    const act = events.find((row) => row.source === "BLR" && row.target === "UKR" && row.class === "mconf" && row.cause !== "" && byMark.get(mark(row)).length === 1);
    const cause = events[Number(act.cause) - 1];
    await hover(page, "ladder", Number(act.tick), Number(act.rung), [act.date, act.act, act.channel, `id ${act.id}`, `goldstein ${act.goldstein}`, `plover ${act.plover}`, `rivera ${act.rivera}`, `mid ${act.mid}`, `kahn ${act.kahn}`,
        act.cause_kind, `${cause.date} ${cause.source} ${cause.act} ${cause.target}`, `${(100 * Number(act.cause_share)).toFixed(1)} %`], -3);
    // Several acts of a day share a mark, and none is lost.
    const several = [...byMark.values()].find((all) => all.length > 1 && all[0].source === "BLR" && all[0].target === "UKR" && all[0].class === "vconf");
    await hover(page, "ladder", Number(several[0].tick), Number(several[0].rung), several.slice(0, 12).map(({id}) => `id ${id}`), -4);
    const drawn = await page.evaluate(() => window.demarche.ladder.getOption().series.filter(({type, name}) => type === "scatter" && /conflict/.test(name)).flatMap(({data}) => data.flatMap(({acts}) => acts)).length);
    same(drawn, events.filter(({source, target, class: id}) => ["BLRUKR", "UKRBLR"].includes(source + target) && /conf$/.test(id)).length, "acts in marks");

    // A scripted event: a mark, an edge of its own.
    await page.goto(page.url().replace(/#.*/, "#tab=ladders&pair=BLR-KAZ"));
    await ready(page, "ladders");
    const insult = events.find((row) => row.cause_kind === "script");
    const [marked, edged] = await page.evaluate(() => {
        const {series} = window.demarche.ladder.getOption();
        const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
        return [series[0].markLine.data.map((mark) => [mark.xAxis, mark.label.formatter]),
            series.flatMap(({type, data}) => (type === "scatter" ? data : [])).filter((mark) => mark.itemStyle?.borderColor === accent).map(({value}) => Math.floor(value[0]))];
    });
    assert.deepEqual([marked, edged], [[[Number(insult.tick), "insult"]], [Number(insult.tick)]], "scripted act");
    const lastDate = await page.evaluate(() => { const [axis] = window.demarche.ladder.getOption().xAxis; return axis.axisLabel.formatter(axis.max); });
    same(lastDate, "2024-11-28", "end of the axis of a pair");

    // The network: slider, play, the numbers of a moment.
    await show(page, "network");
    same(await throughOthers(page), 0, "lines through states that they do not join");
    assert.ok((await page.locator("#figure-network .controls").boundingBox()).height < 50, "controls of the network fit into a row");
    await page.fill("#moment", "50");
    const shown = await page.textContent("#figure-network h2");
    const moment = (await csv(page, "network")).trimEnd().split("\n").slice(1).map((line) => line.split(","));
    assert.ok(shown.includes(moment[0][1]) && page.url().includes(`tick=${moment[0][0]}`), `slider: ${shown}, ${page.url()}`);
    const there = rows("run", "dyads.csv").filter((row) => row.tick === moment[0][0]);
    same(moment.length, there.length, "pairs of the moment");
    moment.forEach(([, , a, b, rung, conflict, coop], i) => {
        const row = there[i];
        same([a, b, rung].join(), [row.a, row.b, row.rung].join(), "pair of the network");
        assert.ok(Math.abs(conflict - row.a_to_b_conflict - row.b_to_a_conflict) <= 1e-5 * conflict && Math.abs(coop - row.a_to_b_coop - row.b_to_a_coop) <= 1e-5 * coop, `${a}-${b}: ${conflict}, ${coop}`);
    });
    await page.click("#play");
    await page.waitForFunction((before) => document.querySelector("#figure-network h2").textContent !== before, shown);
    await page.click("#play");
    const stopped = await page.textContent("#figure-network h2");
    await page.waitForTimeout(700);
    same(await page.textContent("#figure-network h2"), stopped, "paused");

    // Crises: sorted by peak, then to the moment of one.
    await show(page, "crises");
    same(await csv(page, "crises"), read("run", "crises.csv"), "CSV of crises");
    await page.click("#figure-crises th button:text-is('peak rung')");
    const sorted = await page.$$eval("#figure-crises tbody tr", (all) => all.map((row) => row.innerText.split("\t")));
    const expected = rows("run", "crises.csv").sort((x, y) => y.peak_rung - x.peak_rung);
    assert.deepEqual(sorted.map((cells) => cells[1]), expected.map((row) => row.id), "sorted by peak");
    await page.click("#figure-crises tbody tr:first-child button");
    await ready(page, "ladders");
    assert.ok(page.url().includes(`pair=${expected[0].a}-${expected[0].b}`) && page.url().includes(`tick=${expected[0].peak_tick}`), page.url());

    // Acts: sums of the tables.
    await show(page, "acts");
    const matrix = (await csv(page, "matrix")).trimEnd().split("\n").slice(1);
    const count = new Map();
    for (const row of events)
        if (row.class !== "none" && /^[A-Z]{3}$/.test(row.source)) count.set(`${row.source},${row.target},${row.class}`, (count.get(`${row.source},${row.target},${row.class}`) ?? 0) + 1);
    for (const line of matrix) {
        const [source, target, ...acts] = line.split(",");
        assert.deepEqual(acts.map(Number), ["vcoop", "mcoop", "vconf", "mconf"].map((id) => count.get(`${source},${target},${id}`) ?? 0), `${source} on ${target}`);
    }

    // On paper a chart is light and fits the page, afterwards it is as before.
    const looks = () => page.evaluate(() => [document.documentElement.dataset.theme, document.querySelector("#chart-matrix canvas").clientWidth]);
    await page.click("#theme");
    const [dark, wide] = await looks();
    same(dark, "dark", "theme");
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.deepEqual(await looks(), ["light", 640], "on paper");
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.deepEqual(await looks(), [dark, wide], "after printing");
    await page.click("#theme");

    // Why: the answer of the program.
    await show(page, "why");
    const pair = await page.$eval("#figure-why select", (select) => select.value);
    same(pair, "BLR-UKR", "pair that rose most");
    assert.match(await page.textContent("#figure-why"), /armed group: group\.WAGNER in BLR[^]*a rule of the engine \(mechanism\)/);
    demarche("explain", "run", "--dyad", pair, "--json", "why.json");
    const answer = JSON.parse((await download(page, "#figure-why [data-save=JSON]")).toString());
    assert.deepEqual(answer, JSON.parse(readFileSync(folder("why.json"), "utf8")), `why ${pair} climbed`);

    // Tabs by keyboard.
    await page.focus("#tab-why");
    await page.keyboard.press("ArrowRight");
    await ready(page, "made");
    assert.match(await page.textContent("#panel"), new RegExp(JSON.parse(read("run", "manifest.json")).fingerprint));
    await page.close();
}

// How many lines of the network pass through a state that they do not join, pacts apart.
const throughOthers = (page) => page.evaluate(() => {
    const {links} = window.demarche.network.getOption().series[0];
    const graph = window.demarche.network.getModel().getSeriesByIndex(0).getGraph();
    const nodes = [];
    graph.eachNode((node) => nodes.push({node, at: node.getLayout(), r: node.getVisual("symbolSize") / 2}));
    let count = 0, lines = 0;
    graph.eachEdge((edge) => {
        if (links[edge.dataIndex].pact) return;
        ++lines;
        const [from, to, middle = from.map((x, i) => (x + to[i]) / 2)] = edge.getLayout();
        count += nodes.some(({node, at, r}) => node !== edge.node1 && node !== edge.node2 && Array.from({length: 199}, (_, k) => (k + 1) / 200).some((t) =>
            Math.hypot(...[0, 1].map((i) => (1 - t) ** 2 * from[i] + 2 * t * (1 - t) * middle[i] + t ** 2 * to[i] - at[i])) < 0.98 * r));
    });
    return lines > 50 ? count : NaN;
});

// What a network draws, in part at least, outside of its chart.
async function beyond(name, width, height) {
    const page = await open(context, report(name), {hash: "tab=network", width, height});
    const [all, outside] = await page.evaluate(() => {
        const chart = window.demarche.network, drawn = chart.getZr().storage.getDisplayList(true).map((one) => ({one, at: one.getPaintRect()})).filter(({at}) => at);
        return [drawn.length, drawn.filter(({at}) => at.x < 0 || at.y < 0 || at.x + at.width > chart.getWidth() || at.y + at.height > chart.getHeight())
            .map(({one, at}) => `${one.style.text ?? one.type} ${Object.values(at).slice(0, 4).map(Math.round)}`)];
    });
    assert.ok(all > 5, `${name}: only ${all} things in the network`);
    assert.deepEqual(outside, [], `${name}, ${width} px: outside of the network`);
    await page.close();
}

// How often the colours of bands occur in a chart: in the plot and in its legend, the lowest 50 pixels.
const colourCounts = (page, id, names) => page.evaluate(([chart, wanted]) => {
    const canvas = document.querySelector(`#chart-${chart} canvas`);
    const {data, width, height} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const foot = height - 50 * height / canvas.clientHeight;
    return wanted.map((name) => {
        const {color} = window.demarche[chart].getOption().series.find((one) => one.name === name).itemStyle;
        const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
        const counts = [0, 0];
        for (let i = 0; i < data.length; i += 4)
            if (rgb.every((x, c) => data[i + c] === x)) ++counts[i / 4 / width < foot ? 0 : 1];
        return counts;
    });
}, [id, names]);

// Scripted events and shocks, the way to war, a pair without rows, and a tab that does not exist.
async function scripted() {
    for (const size of [[1280, 1000], [1600, 1200]]) for (const name of ["scripted", "run"]) await beyond(name, ...size);
    const page = await open(context, report("scripted"), {hash: "tab=heatmap"});
    assert.match(await page.textContent("#unknown-tab"), /"heatmap"; it has course, ladders, network, heat,/);
    await show(page, "course");
    same(await page.locator("#unknown-tab").count(), 0, "warnings of a tab that exists");
    const labels = await page.evaluate(() => window.demarche.course.getOption().series[0].markLine.data.map((mark) => mark.label.formatter));
    const strikes = [1, 2, 3, 4].map((day) => `strike${day}`);
    assert.deepEqual(labels, ["rebuke", "quiet", "hotline", ...strikes]);
    assert.match(await page.textContent("#panel"),
        /Scripted events and shocks[^]*event\.rebuke: [A-Z]+ \w+ [A-Z]+[^]*shock\.quiet: intelligence\.detection = 0[^]*tie\.ALD-CRL\.private_open = false/);
    assert.match(await page.textContent("#warning"), /^2 of 6 directed pairs have no \[relation\].*--seed\.\s*$/);

    // On the ladder the shocks that concern the pair, and the messages that raised it, the one to war among them.
    demarche("explain", "scripted", "--dyad", "ALD-BRN", "--json", "why_scripted.json");
    const {climbs, trees} = JSON.parse(readFileSync(folder("why_scripted.json"), "utf8"));
    same(climbs.at(-1).to, 8, "war");
    await page.goto(page.url().replace(/#.*/, "#tab=ladders&pair=ALD-BRN"));
    await ready(page, "ladders");
    const [named, edged] = await page.evaluate(() => {
        const {series} = window.demarche.ladder.getOption();
        return [series[0].markLine.data.map((mark) => mark.label.formatter), series.flatMap(({type, data}) => (type === "scatter" ? data : [])).filter(({single}) => single).map(({value}) => value.join())];
    });
    assert.deepEqual(named, ["rebuke", "quiet", ...strikes]);
    for (const {to, message} of climbs) assert.ok(edged.includes(`${message.tick},${to}`), `no edged mark of ${message.id} at ${to}`);
    same(edged.filter((at) => at.endsWith(",8")).length, 1, "acts that began a war");
    await hover(page, "ladder", climbs.at(-1).message.tick, 8, [`id ${climbs.at(-1).message.id}`, "rung 7"]);

    // Why: also what is added up, and which rung a message led to.
    await show(page, "why");
    const tree = (await page.$$eval("#figure-why li", (all) => all.map((item) => item.textContent))).join("\n");
    for (const {to, message} of climbs) assert.match(tree, new RegExp(`\\(id ${message.id}\\)( \\[[^\\]]*\\])? ⇒ rung ${to}`));
    for (const {pruned} of trees.filter((one) => one.pruned > 0.001)) assert.ok(tree.includes(`${(100 * pruned).toFixed(1)} %smaller branches`), `smaller branches: ${pruned}`);
    assert.ok(trees.some((one) => one.pruned > 0.001), "nothing was added up");

    // The heat map has no holes.
    await show(page, "heat");
    const [cells, pairs] = await page.evaluate(() => { const {series, yAxis} = window.demarche.heat.getOption(); return [series[0].data, yAxis[0].data]; });
    const rungs = new Map(rows("scripted", "dyads.csv").map(({a, b, tick, rung}) => [`${a}-${b} ${tick}`, Number(rung)]));
    assert.ok(cells.length === 3 * 60 && cells.length > rungs.size, `${cells.length} cells, ${rungs.size} rows`);
    for (const [x, y, rung] of cells) same(rung, rungs.get(`${pairs[y]} ${x}`) ?? 0, `${pairs[y]} at ${x}`);
    await page.close();
}

async function ensemble() {
    const page = await open(context, report("ensemble"));
    for (const theme of ["light", "dark"]) {
        same(await page.evaluate(() => document.documentElement.dataset.theme), theme, "theme");
        for (const [plot, key] of await colourCounts(page, "course", ["50 %", "80 %", "95 %"]))
            assert.ok(plot > 1000 && key > 100, `${theme}: ${plot} pixels of a band in its colour, ${key} in the legend`);
        await page.click("#theme");
    }
    const system = rows("ensemble", "system.csv");
    const quantile = (sorted, p) => { // type 7 of Hyndman and Fan
        const at = (sorted.length - 1) * p, below = Math.floor(at);
        return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
    };
    for (const t of [5, 77]) {
        const values = system.filter((row) => row.tick === String(t)).map((row) => Number(row.escalation_goldstein)).sort((x, y) => x - y);
        same(values.length, 40, "runs");
        const six = (x) => Number(x.toPrecision(6));
        const of = (p) => brief(six(quantile(values, p)));
        await hover(page, "course", t, quantile(values, 0.5), [`median ${of(0.5)}`, `50 %: ${of(0.25)} to ${of(0.75)}`, `80 %: ${of(0.1)} to ${of(0.9)}`, `95 %: ${of(0.025)} to ${of(0.975)}`]);
    }
    // Rungs: nearest ranks over all runs, a pair without a row standing at 0.
    await page.goto(page.url().replace(/#.*/, "#tab=ladders&pair=BLR-KAZ"));
    await ready(page, "ladders");
    const dyads = rows("ensemble", "dyads.csv").filter((row) => row.a === "BLR" && row.b === "KAZ");
    const table = (await csv(page, "ladder")).trimEnd().split("\n").map((line) => line.split(","));
    for (const t of [0, 20, 119]) {
        const rungs = dyads.filter((row) => row.tick === String(t)).map((row) => Number(row.rung));
        while (rungs.length < 40) rungs.push(0);
        rungs.sort((x, y) => x - y);
        const ranked = (p) => rungs[Math.ceil(p * 40) - 1];
        const row = Object.fromEntries(table[0].map((name, c) => [name, table.find((cells) => cells[0] === String(Math.floor(t / 2) * 2))[c]]));
        if (t % 2 === 0)
            assert.deepEqual([row.q025, row.q10, row.median, row.q90, row.q975].map(Number), [0.025, 0.1, 0.5, 0.9, 0.975].map(ranked), `BLR-KAZ at ${t}`);
    }
    await show(page, "crises");
    same(await csv(page, "crises"), read("ensemble", "crises.csv"), "CSV of crises");
    const shares = await page.$$eval("#figure-crisis_pairs tbody tr", (all) => all.flatMap((row) => row.innerText.split("\t").slice(3, 6)));
    assert.ok(shares.length > 0 && shares.every((share) => /^\d+\.\d %$/.test(share)), `shares of runs: ${shares.slice(0, 6)}`);
    await page.close();
}

// The rows that a figure shows are rows of the file, and all that belong there.
async function sweeps() {
    const filtered = (name, file, test) => {
        const [header, ...rest] = lines(name, file);
        const names = header.split(",");
        return [header, ...rest.filter((line) => test(Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])))), ""].join("\n");
    };
    const sortedLines = (text) => text.split("\n").sort().join("\n");
    for (const [name, tab, figure, file, test] of [
        ["grid", "points", "points", "summary.csv", (row) => row.outcome === "hostility" && row.face !== ""],
        ["grid", "effects", "effects", "effects.csv", (row) => row.outcome === "hostility" && row.difference !== ""],
        ["grid", "tipping", "tipping-protest", "tipping.csv", () => true],
        ["grid", "time", "time", "bands.csv", (row) => row.point === "0" && row.outcome === "hostility"],
        ["line", "points", "points", "summary.csv", (row) => row.outcome === "hostility" && row.loudness !== ""],
        ["oat", "effects", "effects", "effects.csv", (row) => row.outcome === "hostility" && row.difference !== ""],
        ["morris", "sensitivity", "morris", "sensitivity.csv", (row) => row.outcome === "hostility"],
        ["saltelli", "sensitivity", "sobol", "sensitivity.csv", (row) => row.outcome === "hostility" && row.measure !== "second"],
        ["saltelli", "sensitivity", "second", "sensitivity.csv", (row) => row.outcome === "hostility" && row.measure === "second"],
        ["fit", "coefficients", "coefficients", "fit.csv", (row) => row.class === "vconf"],
        ["fit", "doctrines", "doctrines", "actors.csv", (row) => row.class === "vconf" && row.as === "source"],
    ]) {
        const page = await open(context, report(name), {hash: `tab=${tab}`});
        const [got, expected] = [await csv(page, figure), filtered(name, file, test)];
        assert.ok(expected.split("\n").length > 3, `${name}/${file} has nothing to show`);
        same(sortedLines(got), sortedLines(expected), `CSV of ${figure} in ${name}`);
        await page.close();
    }
    // A cell of the heat map, a point of the line.
    const grid = await open(context, report("grid"), {hash: "tab=points"});
    const cell = rows("grid", "summary.csv").filter((row) => row.outcome === "hostility" && row.face === "2" && row.loudness === "30")[0];
    await hover(grid, "points", 4, 4, ["face 2", "loudness 30", brief(cell.mean), brief(cell.low), brief(cell.high)]);
    await grid.close();
    const line = await open(context, report("line"), {hash: "tab=points"});
    const point = rows("line", "summary.csv").filter((row) => row.outcome === "hostility" && row.loudness === "1")[0];
    assert.match(await line.textContent("#text-points"), /dotted line is the scenario as it is/);
    await hover(line, "points", 1, Number(point.mean), ["loudness 1", brief(point.mean), brief(point.low), brief(point.high)]);
    await line.close();
    await crossings();
    // Of a Morris design, where the scenario as it is has not been run; all of its plot lies within its axes.
    const morris = await open(context, report("morris"), {hash: "tab=points"});
    assert.doesNotMatch(await morris.textContent("#text-points"), /dotted/);
    await show(morris, "sensitivity");
    const ends = await morris.evaluate(() => { const {xAxis, yAxis} = window.demarche.morris.getOption(); return [xAxis[0].max, yAxis[0].max]; });
    const most = (measure, column) => Math.max(...rows("morris", "sensitivity.csv").filter((row) => row.outcome === "hostility" && row.measure === measure).map((row) => Number(row[column])));
    assert.ok(ends[0] >= most("mu_star", "high") && ends[1] >= most("sigma", "value"), `axes end at ${ends}`);
    const labels = await morris.evaluate(() => { const {data, axisLabel} = window.demarche.mu_star.getOption().yAxis[0]; return data.map((axis) => axisLabel.formatter(axis)); });
    assert.ok(labels.length > 3 && new Set(labels).size === labels.length && labels.every((label) => label.length <= 30), `axes that nobody can tell apart: ${labels}`);
    await morris.close();
}

// Where a probability tips, of a table made for it: falling or rising or both, intervals without an end.
async function crossings() {
    const table = [lines("grid", "tipping.csv")[0],
        "down,protest,0.5,loudness,0,,12,8,inf,false,1", "down,protest,0.5,loudness,1,,,,,true,0", "down,protest,0.5,loudness,2,,14,-inf,inf,false,1",
        "both,protest,0.5,loudness,0,,12,8,17,false,1", "both,protest,0.5,loudness,2,,12,8,17,true,1", "up,protest,0.5,loudness,0,,12,8,17,true,1", ""].join("\n");
    writeFileSync(folder("tipping.html"), readFileSync(report("grid"), "utf8").replace(/(data-name="tipping"[^>]*>)[^<]*/, `$1${gzipSync(table).toString("base64")}`));
    const page = await open(context, folder("tipping.html"), {hash: "tab=tipping"});
    for (const [question, words] of [["down", "falls below"], ["both", "crosses"], ["up", "rises above"]])
        same(await page.textContent(`#title-tipping-${question}`), `${question}: where the probability of protest ${words} 0.5`, "title");
    // Ends of intervals: caps where they are, arrows at the edges of a plot that holds all that was run, 1 to 30.
    const [axis, edges, ends] = await page.evaluate(() => {
        const chart = window.demarche["tipping-down"], [{min, max}] = chart.getOption().yAxis, pixel = (y) => chart.convertToPixel({yAxisIndex: 0}, y);
        return [[min, max], [8, min, max].map(pixel), chart.getZr().storage.getDisplayList(true).filter(({type, shape}) => type === "polyline" && shape.points.length === 3).map(({shape}) => shape.points.map(([, y]) => y))];
    });
    assert.ok(axis[0] <= 1 && axis[1] >= 30, `the axis holds ${axis}`);
    const [eight, bottom, top] = edges;
    assert.deepEqual(ends, [[eight, eight, eight], [top + 6, top, top + 6], [bottom - 6, bottom, bottom - 6], [top + 6, top, top + 6]], "ends of intervals");
    await page.close();
}

async function world() {
    const trouble = [];
    const page = await open(context, report("world"), {hash: "tab=network", trouble});
    const frames = Number(await page.getAttribute("#moment", "max"));
    assert.ok(frames > 50, `${frames} moments`);
    await page.fill("#moment", String(frames));
    const numbers = (await csv(page, "network")).trimEnd().split("\n").slice(1);
    assert.ok(numbers.length > 100 && numbers.length <= 300, `${numbers.length} pairs`);
    same(await csv((await show(page, "course"), page), "course"), read("world", "system.csv"), "CSV of the course");
    // On a slow machine a chart is not finished when the next tab takes its place.
    await page.evaluate(() => { const now = Date.now; let late = 0; Date.now = () => now() + (late += 20); });
    for (const tab of await tabsOf(page)) await show(page, tab);
    await page.waitForTimeout(200);
    assert.deepEqual(trouble, [], "world on a slow machine");
    await page.close();
}

try {
    if (pictures) mkdirSync(pictures, {recursive: true});
    makeOutputs();
    await run();
    await ensemble();
    await scripted();
    await sweeps();
    await world();
    // Pages mostly wait for their next frame.
    const left = [...outputs];
    const next = async () => { while (left.length > 0) await everyTab(left.shift()); };
    await Promise.all([next(), next()]);
    console.log(`reports of ${outputs.join(", ")}: fine`);
} finally {
    await close();
    rmSync(scratch, {recursive: true, force: true});
}
