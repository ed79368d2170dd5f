// What was reported in fact, where the scenario names a timeline, and scripted events and shocks.
import {table} from "./data.js";
import {h} from "./dom.js";
import {ink} from "./palette.js";

const day = (date) => Date.parse(`${date}T00:00:00Z`) / 86400000;

// Rows within the run: {t (in ticks, with fractions), date, source, target, act, event, reference}.
export async function timelineOf(facts) {
    const known = await table("timeline");
    if (!known || !known.has("date")) return [];
    const {start, tick_days: length, ticks} = facts.manifest;
    const cell = (row, name) => (known.has(name) ? row[known.at(name)] : "");
    return known.rows.map((row) => ({
        t: (day(cell(row, "date")) - day(start)) / length, date: cell(row, "date"), source: cell(row, "source"),
        target: cell(row, "target"), act: cell(row, "act"), event: cell(row, "event"), reference: cell(row, "reference"),
    })).filter(({t}) => t >= 0 && t < ticks).map((event, i) => ({...event, number: i + 1}));
}

// A line for every day with its numbers: data of a markLine.
export function timelineMarks(events) {
    const numbers = new Map();
    for (const {t, number} of events) numbers.set(t, [...(numbers.get(t) ?? []), number]);
    let last = -1; // numbers in three rows, where days are near each other
    return [...numbers].map(([t, of]) => ({
        xAxis: t, lineStyle: {type: "dashed", width: 1, color: ink().faint},
        label: {show: true, position: "end", distance: (last = (last + 1) % 3) * 11 + 1, fontSize: 10, color: ink().faint,
            formatter: of.length > 1 ? `${of[0]}–${of.at(-1)}` : String(of[0])},
    }));
}

// The numbered lines in words.
export function timelineList(events) {
    return h("section", {class: "card wide"}, h("h2", {}, "What was reported in fact"),
        h("ol", {class: "timeline"}, events.map(({date, event, source, act, target}) =>
            h("li", {}, h("b", {}, date), ` ${event || [source, act, target].join(" ")}`))));
}

// Whether a number that a shock changes is one of these two states, of what lies between them, or of nobody in particular.
function concerns(path, states) {
    const [of, id, name, state] = path.split(".");
    if (of === "tie" || of === "relation") return id.split("-").every((one) => states.includes(one));
    if (of === "site" && name === "exposure") return states.includes(state);
    return of !== "state" || states.includes(id);
}

// The scenario's own acts ([event]) and changes of numbers ([shock]), of all or of a pair.
export function scriptOf(facts, pair) {
    const states = pair?.split("-");
    return facts.script.filter(({kind, source, target, set}) => pair === undefined ||
        (kind === "shock" ? Object.keys(set).some((path) => concerns(path, states)) : states.includes(source) && states.includes(target)))
        .sort((x, y) => x.tick - y.tick);
}

// A thin line for every tick that has some, with their names along it: data of a markLine.
export function scriptMarks(script) {
    const names = new Map();
    for (const {tick, id} of script) names.set(tick, [...(names.get(tick) ?? []), id]);
    return [...names].map(([tick, of]) => ({
        xAxis: tick, lineStyle: {type: [6, 3], width: 1, color: ink().accent},
        label: {show: true, position: "insideEndTop", distance: [4, 2], fontSize: 10, color: ink().accent, textBorderColor: ink().panel, textBorderWidth: 2, width: 150, overflow: "truncate", formatter: of.join(", ")},
    }));
}

export function scriptList(script) {
    return h("section", {class: "card wide"}, h("h2", {}, "Scripted events and shocks"),
        h("ul", {class: "timeline"}, script.map(({kind, id, date, source, act, target, set}) =>
            h("li", {}, h("b", {}, date), ` ${kind}.${id}: ${act ? [source, act, target].join(" ") : Object.entries(set).map(([path, value]) => `${path} = ${value}`).join(", ")}`))));
}
