// What was reported in fact, where the scenario names a timeline.
import {table} from "./data.js";
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
    })).filter(({t}) => t >= 0 && t < ticks);
}

export function timelineMarks(events) {
    if (!events.length) return undefined;
    return {
        silent: true, symbol: "none", label: {show: false}, lineStyle: {type: "dashed", width: 1, color: ink().faint},
        data: [...new Set(events.map(({t}) => t))].map((t) => ({xAxis: t})),
    };
}
