import {fitPaper, forgetAll, redrawAll} from "./chart.js";
import {has, readFacts} from "./data.js";
import {h} from "./dom.js";
import {follow, go, set, state} from "./state.js";
import {course} from "./tabs/course.js";
import {ladders} from "./tabs/ladders.js";
import {network} from "./tabs/network.js";
import {heat} from "./tabs/heat.js";
import {crises} from "./tabs/crises.js";
import {acts} from "./tabs/acts.js";
import {why} from "./tabs/why.js";
import {points} from "./tabs/points.js";
import {effects} from "./tabs/effects.js";
import {sensitivity} from "./tabs/sensitivity.js";
import {tipping} from "./tabs/tipping.js";
import {sweepBands} from "./tabs/sweep_bands.js";
import {coefficients} from "./tabs/coefficients.js";
import {doctrines} from "./tabs/doctrines.js";
import {scores} from "./tabs/scores.js";
import {made} from "./tabs/made.js";

// id, name, for which reports, what it needs, how to draw it
const all = [
    {id: "course", name: "Course", needs: ["system"], draw: course},
    {id: "ladders", name: "Pairs", needs: ["dyads|ladders"], draw: ladders},
    {id: "network", name: "Network", needs: ["network"], draw: network},
    {id: "heat", name: "Heat map", needs: ["dyads|ladders"], draw: heat},
    {id: "crises", name: "Crises", needs: ["crises|crisis_pairs"], draw: crises},
    {id: "acts", name: "Acts", needs: ["classes|directed"], draw: acts},
    {id: "why", name: "Why", kinds: ["run", "ensemble"], needs: [], draw: why},
    {id: "points", name: "Outcomes", needs: ["summary"], draw: points},
    {id: "effects", name: "Effects", needs: ["effects"], draw: effects},
    {id: "sensitivity", name: "Sensitivity", needs: ["sensitivity"], draw: sensitivity},
    {id: "tipping", name: "Tipping", needs: ["tipping"], draw: tipping},
    {id: "time", name: "Over time", kinds: ["sweep"], needs: ["bands"], draw: sweepBands},
    {id: "coefficients", name: "Coefficients", needs: ["fit"], draw: coefficients},
    {id: "doctrines", name: "Doctrines", kinds: ["fit"], needs: ["actors"], draw: doctrines},
    {id: "scores", name: "Scores", needs: ["scores"], draw: scores},
    {id: "made", name: "What made it", needs: [], draw: made},
];

const byId = (id) => document.getElementById(id);

function theme(name, remember) {
    document.documentElement.dataset.theme = name;
    byId("theme").textContent = name === "dark" ? "Light" : "Dark";
    if (remember) try { localStorage.setItem("demarche-theme", name); } catch { /* a page from disk may not keep anything */ }
}

function chosenTheme() {
    if (state.theme) return state.theme;
    try {
        const kept = localStorage.getItem("demarche-theme");
        if (kept) return kept;
    } catch { /* as above */ }
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function subtitle(facts) {
    const m = facts.manifest;
    if (facts.kind === "run" || facts.kind === "ensemble")
        return `${m.start}, ${m.days} days, ${facts.states.length} states, seed ${m.seed}` +
            (facts.kind === "ensemble" ? `, ${m.replications} runs` : "");
    if (facts.kind === "sweep") return `A sweep of ${m.points} points, ${m.runs} runs`;
    return facts.kind === "fit" ? "Rates of acts, estimated from observed events" : "Forecasts of observed events, scored";
}

async function start() {
    const facts = await readFacts();
    const tabs = all.filter((tab) => (!tab.kinds || tab.kinds.includes(facts.kind)) &&
        tab.needs.every((need) => need.split("|").some(has)) && (tab.id !== "course" || facts.kind !== "sweep"));
    byId("title").textContent = facts.title ?? facts.manifest.sweep ?? facts.manifest.study ?? document.title;
    byId("subtitle").textContent = subtitle(facts);
    byId("footer").textContent = `Written by ${facts.reporter}, from the output folder alone.`;

    let drawn = 0;
    async function show() {
        const asked = tabs.find((one) => one.id === state.tab), tab = asked ?? tabs[0];
        for (const one of byId("tabs").children) {
            const selected = one.id === `tab-${tab.id}`;
            one.setAttribute("aria-selected", String(selected));
            one.tabIndex = selected ? 0 : -1;
        }
        const turn = ++drawn;
        forgetAll();
        const panel = byId("panel");
        panel.setAttribute("aria-labelledby", `tab-${tab.id}`);
        panel.dataset.ready = "";
        const place = h("div", {class: "grid"});
        panel.replaceChildren(...(asked || !state.tab ? [] : [h("p", {class: "warning", id: "unknown-tab"},
            `This report has no tab "${state.tab}"; it has ${tabs.map(({id}) => id).join(", ")}.`)]),
        ...(facts.warning && tab === tabs[0] ? [h("p", {class: "note", id: "warning"}, facts.warning.replace(/: see [^]*/, "."))] : []), place);
        await tab.draw(place, facts, () => turn === drawn);
        if (turn === drawn) panel.dataset.ready = tab.id;
    }
    const choose = (tab) => { go({tab: tab.id}); byId(`tab-${tab.id}`).focus(); };
    byId("tabs").replaceChildren(...tabs.map((tab, i) => h("button", {
        type: "button", role: "tab", id: `tab-${tab.id}`, "aria-controls": "panel",
        onclick: () => choose(tab),
        onkeydown: (event) => {
            const to = {ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1}[event.key];
            if (to === undefined) return;
            event.preventDefault();
            choose(tabs[(to + tabs.length) % tabs.length]);
        },
    }, tab.name)));
    follow(show);
    theme(chosenTheme());
    byId("theme").addEventListener("click", () => {
        theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark", true);
        redrawAll();
    });
    let before = null;
    addEventListener("beforeprint", () => { before = document.documentElement.dataset.theme; theme("light"); fitPaper(true); redrawAll(); });
    addEventListener("afterprint", () => { theme(before ?? "light"); fitPaper(false); redrawAll(); });
    await show();
    set({});
    performance.mark("interactive");
}

start().catch((error) => {
    byId("panel").replaceChildren(h("p", {class: "warning"}, `This report cannot be shown: ${error.message}`));
    throw error;
});
